import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectApi } from "./api.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { nodeClients, type NodeDaemons, nodeName, startDaemons } from "./node/daemons.ts";
import { nodeFolder, releaseNodeFolder, takeNodeFolder } from "./node/leftovers.ts";
import { createNetwork, network } from "./node/network.ts";
import { builtFolder } from "./programs.ts";

const readyTimeoutMs = 120_000;

export interface RealClusterOptions {
  /** Tar files of images that pods may name; nothing is fetched from a registry. */
  readonly images?: readonly string[];
  readonly auditLog?: string;
}

/** A whole Kubernetes on this machine: control plane, scheduler, and one node that runs pods. */
export interface RealCluster extends Omit<ControlPlane, "stop"> {
  /** This machine as pods reach it; they also know it as `host.internal`. Servers for them listen there. */
  readonly hostAddress: string;
  readonly importImage: (tar: string) => Promise<void>;
  /** Ends and removes everything. */
  readonly stop: () => Promise<void>;
}

interface NodeStatus {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function untilNodeReady(plane: ControlPlane): Promise<void> {
  const api = await connectApi(plane);
  const deadline = Date.now() + readyTimeoutMs;
  try {
    for (;;) {
      const { body } = await api.send<NodeStatus | null>("GET", `/api/v1/nodes/${nodeName}`);
      const ready = body?.status?.conditions?.find(({ type }) => type === "Ready");
      if (ready?.status === "True") return;
      if (Date.now() > deadline) throw new Error(`the node is not ready; see ${nodeFolder}/kubelet.log`);
      await sleep(100);
    }
  } finally {
    api.close();
  }
}

function pauseImage(): string {
  return join(
    builtFolder("kubernetes-pause", "kubernetes", ["build.sh", "image.sh", "go.mod", "pause/main.go"]),
    "image.tar",
  );
}

/**
 * Starts the cluster in 10 to 20 seconds; Linux and root only. There is one a machine: a second one is refused while
 * the first one's process runs, and what a killed process left is removed.
 */
export async function startCluster(options: RealClusterOptions = {}): Promise<RealCluster> {
  await takeNodeFolder();
  let plane: ControlPlane | undefined;
  let daemons: NodeDaemons | undefined;
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return; // the place may be another process's by now
    isStopped = true;
    await daemons?.stop();
    await plane?.stop();
    await releaseNodeFolder();
  };
  try {
    await createNetwork();
    plane = await startControlPlane({
      scheduler: true,
      address: network.host,
      clients: nodeClients,
      folder: nodeFolder,
      ...(options.auditLog !== undefined && { auditLog: options.auditLog }),
    });
    daemons = await startDaemons(nodeFolder, [pauseImage(), ...(options.images ?? [])]);
    await untilNodeReady(plane);
    return { ...plane, hostAddress: network.host, importImage: daemons.importImage, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
