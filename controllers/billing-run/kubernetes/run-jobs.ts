import type { BillingRun } from "../../../crds/billing-run-status.ts";
import { faultPoint } from "../../../platform/fault-points.ts";
import type { Kubernetes } from "../../../platform/kubernetes/kubernetes.ts";
import { isAlreadyExists, isNotFound } from "../../../platform/kubernetes/kubernetes-error.ts";
import type { JobFacts, JobOrder, JobRunner } from "../../job-runner.ts";
import type { RunEvent } from "../run-events.ts";
import { jobFactsOf } from "./job-facts.ts";
import { jobManifest, specHash, type ClusterOrder } from "./job-manifest.ts";
import { annotation, eventReason, jobAddress, jobs, label } from "./names.ts";
import type { KubernetesJob } from "./objects.ts";
import type { PodReader } from "./pod-reader.ts";
import type { PodTemplate } from "./pod-template.ts";

/** Thrown when a Job's name belongs to something else: nothing was changed, and nothing is taken over. */
export class JobNameTaken extends Error {
  readonly jobName: string;
  constructor(jobName: string, whose: string) {
    super(`Job ${jobName} ${whose}; delete it if nobody needs it, and the run goes on by itself`);
    this.jobName = jobName;
  }
}

/** What the Jobs of all runs are seen and made with. */
export interface JobWorld {
  readonly kubernetes: Kubernetes;
  /** The Jobs as the watch shows them, by `namespace/name`. */
  readonly jobs: ReadonlyMap<string, KubernetesJob>;
  readonly podReader: PodReader;
  readonly template: PodTemplate;
  readonly nowMs: () => number;
}

/** Whose Jobs, where, and who is told of what is done with them. */
export interface RunPlace {
  readonly namespace: string;
  readonly run: BillingRun;
  readonly emit: (event: RunEvent) => void;
}

/** The Kubernetes Jobs of one run; what belongs to another owner of its name is not among them. */
export class RunJobs implements JobRunner {
  readonly #world: JobWorld;
  readonly #place: RunPlace;
  readonly #own: readonly KubernetesJob[];

  constructor(world: JobWorld, place: RunPlace) {
    this.#world = world;
    this.#place = place;
    const { namespace, run } = place;
    this.#own = [...world.jobs.values()].filter(
      (job) => job.metadata.namespace === namespace && isOwnedBy(job, run),
    );
  }

  /** The steps of the run; the small Jobs that change the ledger are no work that a decision waits for. */
  async jobsOf(): Promise<readonly JobFacts[]> {
    const { podReader, nowMs } = this.#world;
    return await Promise.all(
      this.steps.map(async (job) => jobFactsOf(job, await podReader.wordsOf(job, nowMs()))),
    );
  }

  get steps(): readonly KubernetesJob[] {
    return this.#own.filter((job) => job.metadata.labels?.[label.kind] !== "ledger");
  }

  get ledgerJobs(): readonly KubernetesJob[] {
    return this.#own.filter((job) => job.metadata.labels?.[label.kind] === "ledger");
  }

  /** Creates the Job; one that does the same work for this run is left as it is. Throws JobNameTaken for any other. */
  async start(_runName: string, order: JobOrder | ClusterOrder): Promise<void> {
    faultPoint(`operator.before-start-${order.kind}`);
    try {
      const manifest = jobManifest({ ...this.#place, template: this.#world.template }, order);
      await this.#world.kubernetes.create(jobs, this.#place.namespace, manifest);
      this.#tell(eventReason.jobStarted, `started Job ${order.name}${sizeOf(order)}`);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      await this.#adopt(order);
    }
    faultPoint(`operator.after-start-${order.kind}`);
  }

  async setParallelism(jobName: string, parallelism: number): Promise<void> {
    await this.patch(jobName, { spec: { parallelism } });
    this.#tell(eventReason.parallelismChanged, `Job ${jobName} runs ${parallelism} at once`);
    faultPoint("operator.after-parallelism");
  }

  /** Deletes the Job once its pods are gone, which get SIGTERM now. */
  async stop(jobName: string): Promise<void> {
    const uid = this.#find(jobName)?.metadata.uid;
    if (uid === undefined) return;
    const address = jobAddress(this.#place.namespace, jobName);
    await this.#world.kubernetes.delete(address, { uid, propagation: "Foreground" });
    this.#tell(eventReason.jobStopped, `stopped Job ${jobName}`);
    faultPoint("operator.after-stop-job");
  }

  /** Deletes a Job that has ended, so that its name is free. */
  async forget(jobName: string): Promise<void> {
    const uid = this.#find(jobName)?.metadata.uid;
    if (uid === undefined) return;
    const address = jobAddress(this.#place.namespace, jobName);
    await this.#world.kubernetes.delete(address, { uid, propagation: "Background" });
    faultPoint("operator.after-forget-job");
  }

  /** Changes a Job of this run; one that is gone needs no change. */
  async patch(jobName: string, change: object): Promise<void> {
    const uid = this.#find(jobName)?.metadata.uid;
    if (uid === undefined) return;
    try {
      // With the uid in it, a namesake that came meanwhile refuses the patch.
      const guarded = { metadata: { uid }, ...change };
      await this.#world.kubernetes.mergePatch(jobAddress(this.#place.namespace, jobName), guarded);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #find(jobName: string): KubernetesJob | undefined {
    return this.#own.find((job) => job.metadata.name === jobName);
  }

  async #adopt(order: ClusterOrder): Promise<void> {
    const { namespace } = this.#place;
    const found = await this.#world.kubernetes.get<KubernetesJob>(jobAddress(namespace, order.name));
    if (found === null) return; // gone meanwhile: the next look starts it
    if (!isOwnedBy(found, this.#place.run))
      throw new JobNameTaken(order.name, "exists and belongs to somebody else");
    if (found.metadata.annotations?.[annotation.specHash] === specHash(order)) return;
    throw new JobNameTaken(order.name, "of this run exists and does other work");
  }

  #tell(reason: string, message: string): void {
    this.#place.emit({ type: "Normal", reason, message });
  }
}

function sizeOf({ indexes, parallelism }: ClusterOrder): string {
  return indexes.length === 1 ? "" : `: ${indexes.length} partitions, ${parallelism} at once`;
}

function isOwnedBy({ metadata }: KubernetesJob, run: BillingRun): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const { uid } = run.metadata;
  return metadata.labels?.[label.runUid] === uid && (owner === undefined || owner.uid === uid);
}
