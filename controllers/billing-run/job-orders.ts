import { createHash } from "node:crypto";
import type { BillingRun } from "../../crds/billing-run-status.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import type { JobKind, JobOrder } from "../job-runner.ts";

/** A settlement goes through the canary partitions first, then through the others. */
export type SettleStage = "canary" | "main";

/** A pod of index 1023 is named `<job>-1023`, and its name is one label of at most 63 characters, without dots. */
const maxJobName = 63 - "-1023".length;

/** Deterministic name of a Job of this run: the same step of the same retry is the same Job. */
export function jobName(run: BillingRun, step: string): string {
  return stepName(run, `${step}-r${run.spec.retryGeneration}`);
}

/** Deterministic name of what belongs to this run and to no retry of it. A name that is no pod's is cut and hashed. */
export function stepName(run: BillingRun, step: string): string {
  const { name } = run.metadata;
  const room = maxJobName - step.length - 1;
  if (name.length <= room && !name.includes(".")) return `${name}-${step}`;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const start = name.replaceAll(".", "-").slice(0, room - hash.length - 1);
  return `${start.replace(/-+$/, "")}-${hash}-${step}`;
}

/** Freezes the population into a new generation. */
export function prepareOrder(run: BillingRun): JobOrder {
  const { period, tariffRef, partitions } = run.spec;
  return single(run, "prepare", [
    ...["--name", run.metadata.name],
    ...["--run-id", run.metadata.uid],
    ...["--period", period],
    ...["--tariff", `${tariffRef.name}@${tariffRef.version}`],
    ...["--partitions", String(partitions)],
  ]);
}

/** Computes the bills of the given partitions. */
export function settleOrder(
  run: BillingRun,
  generation: number,
  stage: SettleStage,
  indexes: readonly number[],
): JobOrder {
  const { parallelism, failurePolicy } = run.spec;
  return {
    name: jobName(run, settleStep(generation, stage)),
    kind: "settle",
    args: generationArgs(run, generation),
    indexes,
    parallelism,
    backoffLimitPerIndex: failurePolicy.backoffLimitPerPartition,
    maxFailedIndexes: failurePolicy.maxFailedPartitions,
  };
}

/** The step part of a settle Job's name. */
export function settleStep(generation: number, stage: SettleStage): string {
  return stage === "canary" ? `g${generation}-settle-canary` : `g${generation}-settle`;
}

/** Proves the generation from its tables. */
export function verifyOrder(run: BillingRun, generation: number): JobOrder {
  return single(run, "verify", generationArgs(run, generation), `g${generation}-verify`);
}

/** What is promoted, and how its messages are planned and delivered; null = as the program's default says. */
export interface PromotionOrder {
  readonly generation: number;
  readonly digest: string;
  readonly policy: NotificationPolicy | null;
}

/** Makes exactly the rows of `digest` live. */
export function promoteOrder(run: BillingRun, { generation, digest, policy }: PromotionOrder): JobOrder {
  const release = run.spec.dispatch.release.toLowerCase();
  const args = [...generationArgs(run, generation), "--digest", digest, "--release", release];
  const { releaseAt } = run.spec.dispatch;
  if (releaseAt !== undefined) args.push("--release-at", releaseAt);
  // Its name goes with it: who looks at a policy is told of its bills.
  if (policy !== null) {
    args.push("--policy-name", run.spec.dispatch.notificationPolicyRef, "--policy", JSON.stringify(policy));
  }
  return single(run, "promote", args, `g${generation}-promote`);
}

function generationArgs(run: BillingRun, generation: number): string[] {
  return ["--period", run.spec.period, "--generation", String(generation)];
}

function single(run: BillingRun, kind: JobKind, args: readonly string[], step: string = kind): JobOrder {
  return {
    name: jobName(run, step),
    kind,
    args,
    indexes: [0],
    parallelism: 1,
    backoffLimitPerIndex: run.spec.failurePolicy.backoffLimitPerPartition,
    maxFailedIndexes: 0,
  };
}
