import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { logTail, type OwnedProcess, startOwned } from "../../../local/owned-process.ts";
import { clusterProgram } from "../programs.ts";
import { containerdSocket, writeNodeConfiguration } from "./configuration.ts";
import { inNodeNetwork, network } from "./network.ts";

const run = promisify(execFile);
const startTimeoutMs = 60_000;

/** Name of the one node. */
export const nodeName = "node1";

/** Clients of the API server that a node has, besides the control plane's. */
export const nodeClients = [
  { name: "kubelet", subject: `/O=system:nodes/CN=system:node:${nodeName}` },
  { name: "kube-proxy", subject: "/CN=system:kube-proxy" },
  { name: "coredns", subject: "/O=system:masters/CN=coredns" },
];

/** The node's daemons in the order in which they are started. */
export interface NodeDaemons {
  /** Imports an image from a tar file (docker or OCI archive); pods name it with `imagePullPolicy: IfNotPresent`. */
  readonly importImage: (tar: string) => Promise<void>;
  /** Ends the daemons; containers outlive them (see leftovers.ts). */
  readonly stop: () => Promise<void>;
}

function ctr(folder: string, ...args: readonly string[]): Promise<unknown> {
  return run("ctr", ["--address", containerdSocket(folder), "--namespace", "k8s.io", ...args]);
}

async function untilContainerdAnswers(folder: string, containerd: OwnedProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await ctr(folder, "version");
      return;
    } catch (cause) {
      const log = logTail(join(folder, "containerd.log"));
      if (containerd.ended() || Date.now() > deadline) throw new Error(`containerd:\n${log}`, { cause });
      await sleep(50);
    }
  }
}

function kubeletArguments(folder: string): string[] {
  return [
    `--config=${folder}/kubelet.json`,
    `--kubeconfig=${folder}/kubelet.kubeconfig`,
    `--root-dir=${folder}/kubelet`,
    `--cert-dir=${folder}/kubelet/pki`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${network.node}`,
  ];
}

/** Starts containerd, imports `images`, then starts kubelet, kube-proxy and CoreDNS, all in the node's network. */
export async function startDaemons(folder: string, images: readonly string[]): Promise<NodeDaemons> {
  for (const name of ["containerd", "cni", "kubelet", "pod-logs"]) mkdirSync(join(folder, name));
  writeNodeConfiguration(folder);
  const started: OwnedProcess[] = [];
  const start = async (name: string, program: string, args: readonly string[]): Promise<OwnedProcess> => {
    const [command, allArgs] = inNodeNetwork(program, args);
    const daemon = await startOwned({
      command,
      args: allArgs,
      logFile: join(folder, `${name}.log`),
      processFile: join(folder, `${name}.pid.json`),
      stopSignal: "SIGKILL", // in order they would wait for one another; nothing here is kept
      stopTimeoutMs: 10_000,
    });
    started.push(daemon);
    return daemon;
  };
  const importImage = async (tar: string): Promise<void> => {
    await ctr(folder, "images", "import", tar);
  };
  const stop = async (): Promise<void> => {
    for (const daemon of started.reverse()) await daemon.kill9();
  };
  try {
    const containerd = await start("containerd", "containerd", ["--config", join(folder, "containerd.toml")]);
    await untilContainerdAnswers(folder, containerd);
    for (const image of images) await importImage(image);
    await start("kubelet", clusterProgram("kubelet"), kubeletArguments(folder));
    const proxy = [`--config=${folder}/kube-proxy.json`, `--hostname-override=${nodeName}`];
    await start("kube-proxy", clusterProgram("kube-proxy"), proxy);
    await start("coredns", clusterProgram("coredns"), ["-conf", join(folder, "Corefile")]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { importImage, stop };
}
