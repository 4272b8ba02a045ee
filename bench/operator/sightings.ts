import { setTimeout as sleep } from "node:timers/promises";
import { billingRuns, jobs, label, pods } from "../../controllers/billing-run/kubernetes/names.ts";
import type { KubernetesJob, KubernetesPod } from "../../controllers/billing-run/kubernetes/objects.ts";
import type { Kubernetes, KubernetesObject, Resource } from "../../platform/kubernetes/kubernetes.ts";

/** When a watch first showed something, in milliseconds of `performance.now()`. */
export interface JobSighting {
  readonly name: string;
  readonly kind: string;
  readonly createdMs: number;
  endedMs: number | null;
  failed: boolean;
  latest: KubernetesJob;
}

export interface PodSighting {
  readonly job: string;
  readonly createdMs: number;
  runningMs: number | null;
  endedMs: number | null;
}

/** A BillingRun as far as it matters here. */
export interface SeenRun extends KubernetesObject {
  readonly status?: {
    readonly phase?: string;
    readonly generation?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

interface RunSighting {
  finishedMs: number | null;
  latest: SeenRun;
}

/**
 * What happens in a namespace, with the times at which watches of its own showed it: finer than the API's, which
 * are whole seconds, and the same for a run with an operator and for Jobs made by hand.
 */
export class Sightings {
  readonly jobs = new Map<string, JobSighting>();
  readonly pods = new Map<string, PodSighting>();
  readonly runs = new Map<string, RunSighting>();
  readonly #stopping = new AbortController();
  #next = Promise.withResolvers<undefined>();
  #failure: unknown = null;

  /** Starts to watch; resolves once what there is was listed. */
  static async of(kubernetes: Kubernetes, namespace: string): Promise<Sightings> {
    const sightings = new Sightings();
    await Promise.all([
      sightings.#follow(kubernetes, [jobs, namespace], (job) => sightings.#seeJob(job as KubernetesJob)),
      sightings.#follow(kubernetes, [pods, namespace], (pod) => sightings.#seePod(pod as KubernetesPod)),
      sightings.#follow(kubernetes, [billingRuns, namespace], (run) => sightings.#seeRun(run)),
    ]);
    return sightings;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Waits until `probe` gives something, and looks whenever something was seen. */
  async until<Result>(
    what: string,
    probe: (sightings: this) => Result | null | undefined,
    timeoutMs = 600_000,
  ): Promise<Result> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      if (this.#failure !== null) throw new Error(`a watch ended before ${what}`, { cause: this.#failure });
      const found = probe(this);
      if (found != null) return found;
      if (performance.now() > deadline) throw new Error(`waited for ${what} in vain`);
      await Promise.race([this.#next.promise, sleep(1_000)]);
    }
  }

  /** Waits for the end of a Job; throws if it failed. */
  async untilEnded(name: string): Promise<JobSighting & { readonly endedMs: number }> {
    return await this.until(`the end of Job ${name}`, ({ jobs }) => {
      const job = jobs.get(name);
      if (job?.failed === true) throw new Error(`Job ${name} failed: ${JSON.stringify(job.latest.status)}`);
      return job?.endedMs == null ? null : { ...job, endedMs: job.endedMs };
    });
  }

  /** Waits for the condition Finished; returns when it was seen. */
  async untilFinished(run: string): Promise<number> {
    return await this.until(`the end of run ${run}`, ({ runs }) => runs.get(run)?.finishedMs);
  }

  async #follow(
    kubernetes: Kubernetes,
    [resource, namespace]: readonly [Resource, string],
    see: (object: KubernetesObject) => void,
  ): Promise<void> {
    const list = await kubernetes.list<KubernetesObject>(resource, { namespace });
    const seeAll = (items: readonly KubernetesObject[]): void => {
      for (const item of items) see(item);
      this.#tell();
    };
    seeAll(list.items);
    const loop = async (): Promise<void> => {
      const { signal } = this.#stopping;
      let resourceVersion = list.resourceVersion;
      while (!signal.aborted) {
        for await (const event of kubernetes.watch<KubernetesObject>(resource, {
          namespace,
          resourceVersion,
          signal,
        })) {
          if (event.type === "BOOKMARK") {
            ({ resourceVersion } = event);
          } else if (event.type !== "DELETED") {
            resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
            seeAll([event.object]);
          }
        }
      }
    };
    loop().catch((error: unknown) => {
      this.#failure = error;
      this.#tell();
    });
  }

  #seeJob(job: KubernetesJob): void {
    const nowMs = performance.now();
    const { name, labels } = job.metadata;
    const kind = labels?.[label.kind] ?? "";
    const seen = this.jobs.get(name) ?? {
      name,
      kind,
      createdMs: nowMs,
      endedMs: null,
      failed: false,
      latest: job,
    };
    const ends = (job.status?.conditions ?? []).filter(({ status }) => status === "True");
    seen.latest = job;
    if (ends.some(({ type }) => type === "Complete" || type === "Failed")) seen.endedMs ??= nowMs;
    seen.failed = ends.some(({ type }) => type === "Failed");
    this.jobs.set(name, seen);
  }

  #seePod({ metadata, status }: KubernetesPod): void {
    const nowMs = performance.now();
    const job = metadata.labels?.["batch.kubernetes.io/job-name"];
    if (job === undefined) return;
    const seen = this.pods.get(metadata.name) ?? { job, createdMs: nowMs, runningMs: null, endedMs: null };
    if (status?.phase === "Running") seen.runningMs ??= nowMs;
    if (status?.phase === "Succeeded" || status?.phase === "Failed") seen.endedMs ??= nowMs;
    this.pods.set(metadata.name, seen);
  }

  #seeRun(run: SeenRun): void {
    const seen = this.runs.get(run.metadata.name) ?? { finishedMs: null, latest: run };
    const conditions = run.status?.conditions ?? [];
    const isFinished = conditions.some(({ type, status }) => type === "Finished" && status === "True");
    if (isFinished) seen.finishedMs ??= performance.now();
    seen.latest = run;
    this.runs.set(run.metadata.name, seen);
  }

  #tell(): void {
    this.#next.resolve(undefined);
    this.#next = Promise.withResolvers();
  }
}
