import type { ObjectAddress, Resource } from "../../../platform/kubernetes/kubernetes.ts";

// Every name that this controller writes into the API: labels, annotations, finalizer, field managers, Event reasons.

export const jobs: Resource = { group: "batch", version: "v1", plural: "jobs" };
export const pods: Resource = { group: "", version: "v1", plural: "pods" };
export const billingRuns: Resource = {
  group: "billing.telco.dev",
  version: "v1alpha1",
  plural: "billingruns",
};

/** Labels of a Job and of its pods. */
export const label = {
  run: "billing.telco.dev/run",
  /** Uid of the BillingRun: whose a Job is, also where it has to outlive its owner. */
  runUid: "billing.telco.dev/run-uid",
  /** Subcommand that the Job runs: `prepare`, `settle`, `verify`, `promote`, `ledger`. */
  kind: "billing.telco.dev/kind",
  period: "billing.telco.dev/period",
  /** `spec.retryGeneration` under which it was started. */
  retry: "billing.telco.dev/retry",
  appName: "app.kubernetes.io/name",
  appInstance: "app.kubernetes.io/instance",
  appComponent: "app.kubernetes.io/component",
  appPartOf: "app.kubernetes.io/part-of",
  managedBy: "app.kubernetes.io/managed-by",
} as const;

export const annotation = {
  /** Hash of the work that was ordered: a Job is adopted only if it does the same. */
  specHash: "billing.telco.dev/spec-hash",
  /** Partitions that the Job's indexes 0, 1, 2, … stand for, e.g. `1-3,7`. */
  partitions: "billing.telco.dev/partitions",
} as const;

export const appName = "billing-operator";

/** Selects the Jobs of every BillingRun. */
export const jobSelector = `${label.run},${label.managedBy}=${appName}`;

/** Keeps a deleted run until its Jobs are stopped and its unfinished generation is given up. */
export const generationFinalizer = "billing.telco.dev/generation";

/** Owner of the status of a BillingRun, by server-side apply. */
export const statusManager = "billing-operator-status";

/** Container of the Job's template that runs the program. */
export const jobContainer = "job";

/** Reasons of Events that are not the reason of a condition. */
export const eventReason = {
  jobStarted: "JobStarted",
  jobStopped: "JobStopped",
  parallelismChanged: "ParallelismChanged",
  jobNameTaken: "JobNameTaken",
  ledgerJobFailed: "LedgerJobFailed",
  generationLeftOpen: "GenerationLeftOpen",
} as const;

/** Address of a Job. */
export function jobAddress(namespace: string, name: string): ObjectAddress {
  return { resource: jobs, namespace, name };
}
