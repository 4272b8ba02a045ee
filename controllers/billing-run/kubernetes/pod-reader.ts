import type { Kubernetes } from "../../../platform/kubernetes/kubernetes.ts";
import { stateOf, type PodWords } from "./job-facts.ts";
import { pods } from "./names.ts";
import type { KubernetesJob, KubernetesPod } from "./objects.ts";
import { lastFailure, stuckPod } from "./pod-words.ts";

/** A Job that has no ready pod after this has something to say; pods are asked no oftener than every `lookAgainMs`. */
const patienceMs = 30_000;
const lookAgainMs = 10_000;
/** Between two attempts at an index Kubernetes waits by itself, up to some minutes. */
const podlessMs = 60_000;

const silent: PodWords = { failure: null, trouble: null };

/**
 * Reads pods only where a Job's own status does not tell enough: those that failed, once, when the Job has failed; those
 * that are pending while the Job has pods that are not ready. A Job that works costs no request.
 */
export class PodReader {
  readonly #kubernetes: Pick<Kubernetes, "list">;
  readonly #known = new Map<
    string,
    { readonly words: PodWords; readonly atMs: number; readonly final: boolean }
  >();

  constructor(kubernetes: Pick<Kubernetes, "list">) {
    this.#kubernetes = kubernetes;
  }

  async wordsOf(job: KubernetesJob, nowMs: number): Promise<PodWords> {
    const failed = stateOf(job) === "failed";
    const waitsSinceMs = nowMs - Date.parse(job.status?.startTime ?? "");
    if (!failed && !(waitsSinceMs > patienceMs && lacksReadyPods(job))) return silent;
    const uid = job.metadata.uid ?? "";
    const known = this.#known.get(uid);
    if (known !== undefined && (known.final || (!failed && nowMs - known.atMs < lookAgainMs)))
      return known.words;
    const words = failed ? await this.#failureOf(job) : await this.#troubleOf(job, nowMs, waitsSinceMs);
    this.#known.set(uid, { words, atMs: nowMs, final: failed });
    return words;
  }

  /** Forgets what was read for a Job that is gone. */
  forget(uid: string): void {
    this.#known.delete(uid);
  }

  async #failureOf(job: KubernetesJob): Promise<PodWords> {
    return { failure: lastFailure(await this.#list(job, "Failed")), trouble: null };
  }

  async #troubleOf(job: KubernetesJob, nowMs: number, waitsSinceMs: number): Promise<PodWords> {
    if ((job.status?.active ?? 0) > 0) {
      return { failure: null, trouble: stuckPod(await this.#list(job, "Pending"), nowMs) };
    }
    if (waitsSinceMs < podlessMs) return silent;
    const { name } = job.metadata;
    return { failure: null, trouble: `no pod of it runs; \`kubectl describe job ${name}\` says why` };
  }

  async #list({ metadata }: KubernetesJob, phase: "Failed" | "Pending"): Promise<readonly KubernetesPod[]> {
    const { items } = await this.#kubernetes.list<KubernetesPod>(pods, {
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labelSelector: `batch.kubernetes.io/controller-uid=${metadata.uid ?? ""}`,
      fieldSelector: `status.phase=${phase}`,
    });
    return items;
  }
}

function lacksReadyPods({ spec, status }: KubernetesJob): boolean {
  if ((spec.parallelism ?? 1) === 0) return false;
  const active = status?.active ?? 0;
  return active === 0 ? (status?.terminating ?? 0) === 0 : (status?.ready ?? 0) < active;
}
