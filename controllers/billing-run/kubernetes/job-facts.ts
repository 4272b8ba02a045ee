import { parseIndexRanges } from "../../../platform/index-ranges.ts";
import type { IndexFacts, JobFacts, JobFailure, JobKind } from "../../job-runner.ts";
import { annotation, label } from "./names.ts";
import type { KubernetesJob } from "./objects.ts";

/** What the pods of a Job say, where its own status does not. */
export interface PodWords {
  /** The failure that ended it; null when its pods are gone, or nothing failed. */
  readonly failure: { readonly exitCode: number; readonly message: string } | null;
  readonly trouble: string | null;
}

/** A Job as decisions see it. The active indexes are those that Kubernetes fills first: their number is exact. */
export function jobFactsOf(job: KubernetesJob, words: PodWords): JobFacts {
  const state = stateOf(job);
  return {
    name: job.metadata.name,
    kind: job.metadata.labels?.[label.kind] as JobKind,
    state,
    stopping: job.metadata.deletionTimestamp !== undefined,
    parallelism: job.spec.parallelism ?? 1,
    failure: state === "failed" ? failureOf(job, words) : null,
    trouble: state === "active" ? words.trouble : null,
    indexes: indexesOf(job),
  };
}

/** `active` until the Job is at its end and none of its pods runs any more. */
export function stateOf({ status }: KubernetesJob): JobFacts["state"] {
  if ((status?.terminating ?? 0) > 0 || (status?.active ?? 0) > 0) return "active";
  const reached = (type: string): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
  if (reached("Complete")) return "succeeded";
  return reached("Failed") ? "failed" : "active";
}

/** When the Job came to its end, in milliseconds since 1970; null while it is active. */
export function finishedAtMs({ status }: KubernetesJob): number | null {
  const end = status?.conditions?.find(
    ({ type, status: value }) => (type === "Complete" || type === "Failed") && value === "True",
  );
  return end?.lastTransitionTime === undefined ? null : Date.parse(end.lastTransitionTime);
}

function indexesOf(job: KubernetesJob): IndexFacts[] {
  const { status, spec } = job;
  const partitions = partitionsOf(job);
  const completed = new Set(parseIndexRanges(status?.completedIndexes ?? ""));
  const failed = new Set(parseIndexRanges(status?.failedIndexes ?? ""));
  let active = Math.min(status?.active ?? 0, spec.parallelism ?? 1);
  return partitions.map((index, place) => {
    if (completed.has(place)) return { index, state: "succeeded", failures: 0 };
    // At least one failure counted; how many there were, Kubernetes does not say.
    if (failed.has(place)) return { index, state: "failed", failures: 1 };
    return { index, state: active-- > 0 ? "active" : "pending", failures: 0 };
  });
}

function partitionsOf({ metadata, spec }: KubernetesJob): number[] {
  const text = metadata.annotations?.[annotation.partitions];
  return text === undefined ? [...Array(spec.completions ?? 1).keys()] : parseIndexRanges(text);
}

/** Reasons of the Job's `Failed` condition; the API lets controllers add others. */
const failureReasons: Readonly<Record<string, JobFailure["reason"]>> = {
  PodFailurePolicy: "FailJob",
  FailedIndexes: "FailedIndexes",
  MaxFailedIndexesExceeded: "MaxFailedIndexesExceeded",
  BackoffLimitExceeded: "BackoffLimitExceeded",
  DeadlineExceeded: "DeadlineExceeded",
};

function failureOf({ status }: KubernetesJob, { failure }: PodWords): JobFailure {
  const condition = status?.conditions?.find(
    ({ type, status: value }) => type === "Failed" && value === "True",
  );
  const said = condition?.message ?? "";
  const policyCode = /exit code (\d+)/.exec(said)?.[1];
  return {
    reason: failureReasons[condition?.reason ?? ""] ?? "FailedIndexes",
    exitCode: failure?.exitCode ?? Number(policyCode ?? 1),
    message: failure === null ? said : `exit code ${failure.exitCode}: ${failure.message}`,
  };
}
