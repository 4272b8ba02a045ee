import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, type ApiEvent, connectApi } from "./api.ts";
import type { ClusterAccess } from "./control-plane.ts";
import type { Script } from "./play-container.ts";
import type { Pod } from "./wire.ts";
import { PodOnStage, type Stage } from "./played-pod.ts";
import { registerNode } from "./played-node.ts";

export interface FakeKubeletOptions {
  /** Plays pods of this namespace only; give one on a cluster that others use too. [all] */
  readonly namespace?: string;
  /** Decides each pod's end. Absent: the container's command really runs, as a child process on this machine. */
  readonly script?: Script;
  /** Under the pod's own variables, e.g. to reach servers of this machine. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A test double: the kubelet of a node that does not exist. */
export interface FakeKubelet {
  /** Processes of the pods that run now, e.g. to kill one; empty with a script. */
  readonly pids: () => ReadonlyMap<string, number>;
  /** What a pod's container has written; "" for a pod that never started. */
  readonly logOf: (podName: string) => string;
  /** Interrupts what runs and removes the node; rejects if a pod could not be played. */
  readonly stop: () => Promise<void>;
}

interface PodList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly Pod[];
}

const pathOf = (namespace: string | undefined): string =>
  namespace === undefined ? "/api/v1/pods" : `/api/v1/namespaces/${namespace}/pods`;

const isOfJob = ({ metadata }: Pod): boolean =>
  metadata?.ownerReferences?.some(({ kind, controller }) => kind === "Job" && controller === true) ?? false;

/** All pods that one fake kubelet has seen, by uid. */
class Performance {
  readonly pods = new Map<string, PodOnStage>();
  readonly #stage: Stage;
  readonly #failed: (error: unknown) => void;

  constructor(stage: Stage, failed: (error: unknown) => void) {
    this.#stage = stage;
    this.#failed = failed;
  }

  observe(pod: Pod): void {
    const { uid = "", deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata ?? {};
    if (!isOfJob(pod)) return;
    const known = this.pods.get(uid);
    if (deletionTimestamp !== undefined) {
      known?.interrupt(deletionGracePeriodSeconds * 1000);
      return;
    }
    if (known !== undefined || pod.spec?.nodeName || pod.status?.phase !== "Pending") return;
    const played = new PodOnStage(this.#stage, pod);
    this.pods.set(uid, played);
    played.done.catch(this.#failed);
  }

  /** Deleted by force: nobody waits for it any more. */
  observeGone(pod: Pod): void {
    this.pods.get(pod.metadata?.uid ?? "")?.interrupt(0);
  }
}

async function follow(api: Api, path: string, performance: Performance, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const { status, body } = await api.send<PodList>("GET", path);
    if (status !== 200) {
      await sleep(200);
      continue;
    }
    for (const pod of body.items) performance.observe(pod);
    const from = body.metadata.resourceVersion;
    const events = api.watch<Pod>(`${path}?watch=true&resourceVersion=${from}`, stopped);
    for await (const event of events) if (!observeEvent(performance, event)) break;
  }
}

/** False: the watch is of no more use. */
function observeEvent(performance: Performance, { type, object }: ApiEvent<Pod>): boolean {
  if (type === "ERROR") return false;
  if (type === "DELETED") performance.observeGone(object);
  else performance.observe(object);
  return true;
}

/**
 * Plays the pods of Jobs on a control plane without nodes: binds them, runs or scripts their first container, and
 * reports status as a kubelet does, so that the real Job controller acts on it. Honours deletion with its grace
 * period. Not played: init containers, sidecars, volumes, probes, restarts.
 */
export async function startFakeKubelet(
  cluster: ClusterAccess,
  options: FakeKubeletOptions = {},
): Promise<FakeKubelet> {
  const api = await connectApi(cluster);
  const node = await registerNode(api);
  const stopping = new AbortController();
  const logFolder = mkdtempSync(join(tmpdir(), "billing-operator-pods-"));
  const { script, environment = {}, namespace } = options;
  const stage = { api, nodeName: node.name, script, logFolder, environment, stopped: stopping.signal };
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  const performance = new Performance(stage, failed);
  const following = follow(api, pathOf(namespace), performance, stopping.signal).catch(failed);
  const running = (): PodOnStage[] => [...performance.pods.values()];
  return {
    pids: () => new Map(running().flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid]]))),
    logOf: (podName) =>
      running()
        .find(({ name }) => name === podName)
        ?.log() ?? "",
    stop: async () => {
      stopping.abort();
      for (const pod of running()) pod.interrupt(2000);
      await Promise.allSettled([following, ...running().map(({ done }) => done)]);
      await node.remove();
      api.close();
      rmSync(logFolder, { recursive: true, force: true });
      if (failures.length > 0) throw new AggregateError(failures, "pods that could not be played");
    },
  };
}
