import { billingRunSpec } from "./billing-run.ts";
import type { Run } from "./run-object.ts";
import type { BillingRunStatus } from "./billing-run-status.ts";
import type { Condition, ConditionType } from "./conditions.ts";

/** Of tests: a digest. */
export const exampleDigest = "ab".repeat(32);

/** Of tests: a condition. */
export function exampleCondition(
  type: ConditionType,
  status: Condition["status"],
  message = "",
): BillingRunStatus["conditions"][number] {
  const reason = status === "True" ? "Completed" : "InProgress";
  return { type, status, reason, message, observedGeneration: 1, lastTransitionTime: "2026-11-01T00:00:00Z" };
}

/** Of tests: a run in the middle of its settlement, with what a test changes of it. */
export function exampleRun(change: { readonly spec?: object; readonly status?: object | null } = {}): Run {
  const status: BillingRunStatus = {
    observedGeneration: 1,
    generation: 2,
    phase: "Settling",
    conditions: [
      exampleCondition("Prepared", "True"),
      exampleCondition("Settled", "False", "12 of 24 partitions settled"),
    ],
    progress: "12/24",
    partitions: { total: 24, active: 4, succeeded: 12, failed: 0, failedIndexes: [] },
    members: { expected: 50_000, billed: 24_900, held: 40, excluded: 60 },
    totals: { amountMinor: "697812345", currency: "KRW" },
    digest: null,
    notifications: { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 },
    startTime: "2026-11-01T00:00:00Z",
    completionTime: null,
    estimatedCompletionTime: "2026-11-01T00:02:00Z",
  };
  const spec = {
    period: "2026-10",
    tariffRef: { name: "kr-mobile", version: "2026-07" },
    partitions: 24,
    ...change.spec,
  };
  return {
    metadata: { name: "october", uid: "u", generation: 1 },
    createdAt: "2026-11-01T00:00:00Z",
    spec: billingRunSpec.parse(spec),
    ...(change.status !== null && { status: { ...status, ...change.status } }),
  };
}
