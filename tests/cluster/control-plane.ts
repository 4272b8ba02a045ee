import { readFileSync, rmSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../local/free-port.ts";
import { logTail, type OwnedProcess, startOwned } from "../../local/owned-process.ts";
import type { CertificateRequest } from "./certificates.ts";
import { clusterFolder } from "./cluster-folder.ts";
import { writeControlPlaneFiles } from "./control-plane-files.ts";
import {
  apiserverFlags,
  controllerManagerFlags,
  type ControlPlanePlace,
  etcdFlags,
  schedulerFlags,
} from "./control-plane-flags.ts";
import { clusterProgram } from "./programs.ts";

const startTimeoutMs = 120_000;

export interface ControlPlaneOptions {
  /** Only with nodes is there something to schedule [false]. */
  readonly scheduler?: boolean;
  /** Absolute path: the API server writes a JSON line a request (level Metadata), e.g. to count them. */
  readonly auditLog?: string;
  /** Added to the API server's flags, e.g. `--etcd-compaction-interval=1s`. */
  readonly apiserverFlags?: readonly string[];
  /** For a cluster with a node: an address that pods reach. [127.0.0.1] */
  readonly address?: string;
  /** Certificates and kubeconfigs besides the control plane's own; they land in `folder`. */
  readonly clients?: readonly CertificateRequest[];
  /** An empty folder; whoever gives one removes it. [a new one, removed by `stop`] */
  readonly folder?: string;
}

/** What a client needs to know of a cluster. */
export interface ClusterAccess {
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  /** `https://127.0.0.1:port` */
  readonly server: string;
  /** Where kubectl may remember which kinds there are; absent: where it does by default. */
  readonly kubectlCache?: string;
}

export type ControlPlaneComponent = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler";

/** A real Kubernetes API with its controllers and no node; it lives no longer than this process. */
export interface ControlPlane extends ClusterAccess {
  /** Certificates, kubeconfigs, and a log a component (`kube-apiserver.log`). */
  readonly folder: string;
  /** Ends all and removes the folder. */
  readonly stop: () => Promise<void>;
  /** Kills one component as a power failure would; it stays dead until `restart`. */
  readonly kill9: (component: ControlPlaneComponent) => Promise<void>;
  /** Kills the component if it runs, starts it anew on the same port and data, waits until it answers. */
  readonly restart: (component: ControlPlaneComponent) => Promise<void>;
}

type Flags = (place: ControlPlanePlace) => readonly string[];

const flagsOf: Readonly<Record<ControlPlaneComponent, Flags>> = {
  etcd: etcdFlags,
  "kube-apiserver": apiserverFlags,
  "kube-controller-manager": controllerManagerFlags,
  "kube-scheduler": schedulerFlags,
};

/** Status of a GET without credentials, or with the admin's; 0 when there is no answer. */
function statusOf(place: ControlPlanePlace, path: string): Promise<number> {
  const read = (file: string): Buffer => readFileSync(join(place.folder, file));
  const tls = { ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") };
  return new Promise((resolve) => {
    const url = `https://${place.address}:${place.apiPort}${path}`;
    const request = get(url, { ...tls, agent: false, timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      resolve(0);
    });
  });
}

/** What is to answer 200 before a component counts as started; null: nothing to wait for. */
const readyPath: Readonly<Record<ControlPlaneComponent, string | null>> = {
  etcd: null,
  "kube-apiserver": "/readyz",
  "kube-controller-manager": "/api/v1/namespaces/default/serviceaccounts/default",
  "kube-scheduler": null,
};

async function untilReady(
  component: ControlPlaneComponent,
  process: OwnedProcess,
  place: ControlPlanePlace,
): Promise<void> {
  const path = readyPath[component];
  const deadline = Date.now() + startTimeoutMs;
  while (path !== null && (await statusOf(place, path)) !== 200) {
    const log = join(place.folder, `${component}.log`);
    if (process.ended()) throw new Error(`${component} ended:\n${logTail(log)}`);
    if (Date.now() > deadline) throw new Error(`${component} is not ready:\n${logTail(log)}`);
    await sleep(50);
  }
}

async function launch(component: ControlPlaneComponent, place: ControlPlanePlace): Promise<OwnedProcess> {
  const process = await startOwned({
    command: clusterProgram(component),
    args: flagsOf[component](place),
    logFile: join(place.folder, `${component}.log`),
    processFile: join(place.folder, `${component}.pid.json`),
    stopSignal: "SIGKILL", // nothing here is kept; in order, the API server would wait for its watches to end
    stopTimeoutMs: 10_000,
  });
  await untilReady(component, process, place);
  return process;
}

async function placeOf(options: ControlPlaneOptions): Promise<ControlPlanePlace> {
  return {
    folder: options.folder ?? (await clusterFolder()),
    address: options.address ?? "127.0.0.1",
    apiPort: await freePort(),
    etcdPort: await freePort(),
    ...(options.auditLog !== undefined && { auditLog: options.auditLog }),
    apiserverFlags: options.apiserverFlags ?? [],
    reachableFromPods: options.address !== undefined,
  };
}

/**
 * Starts etcd, kube-apiserver and kube-controller-manager on free ports, with certificates of their own; takes 3 to 6
 * seconds. No kubelet runs: pods stay Pending unless tests/cluster/fake-kubelet.ts plays them.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const place = await placeOf(options);
  const processes = new Map<ControlPlaneComponent, OwnedProcess>();
  const start = async (component: ControlPlaneComponent): Promise<void> => {
    processes.set(component, await launch(component, place));
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...processes.values()].map((process) => process.kill9()));
    if (options.folder === undefined) rmSync(place.folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([start("etcd"), writeControlPlaneFiles(place, options.clients)]);
    await start("kube-apiserver");
    await start("kube-controller-manager");
    if (options.scheduler) await start("kube-scheduler");
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kubeconfig: join(place.folder, "admin.kubeconfig"),
    server: `https://${place.address}:${place.apiPort}`,
    kubectlCache: join(place.folder, "kubectl-cache"),
    folder: place.folder,
    stop,
    kill9: async (component) => processes.get(component)?.kill9(),
    restart: async (component) => {
      await processes.get(component)?.kill9();
      await start(component);
    },
  };
}
