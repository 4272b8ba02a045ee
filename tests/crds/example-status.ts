import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { BillingScheduleStatus } from "../../crds/billing-schedule.ts";
import type { NotificationPolicyStatus } from "../../crds/notification-policy.ts";
import { conditionTypes, type Condition, type ConditionType, type Reason } from "../../crds/conditions.ts";

const digest = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

const reasonIfTrue: Readonly<Partial<Record<ConditionType, Reason>>> = {
  Accepted: "SpecValid",
  Prepared: "Prepared",
  Settled: "Settled",
  Verified: "Verified",
};
const reasonIfFalse: Readonly<Partial<Record<ConditionType, Reason>>> = {
  Suspended: "NotSuspended",
  Finished: "InProgress",
};

/** Conditions of a run that has come as far as `current`, which says why it is not further. */
function conditionsAt(current: ConditionType, reason: Reason, message: string): Condition[] {
  const at = conditionTypes.indexOf(current);
  return conditionTypes.map((type, place) => ({
    type,
    status: place < at ? "True" : "False",
    reason:
      type === current ? reason : ((place < at ? reasonIfTrue[type] : reasonIfFalse[type]) ?? "NotStarted"),
    message: type === current ? message : "",
    observedGeneration: 1,
    lastTransitionTime: "2026-11-01T00:03:12.000Z",
  }));
}

/** A run of 1,000,000 members that is proved and waits for a person. */
export const waitingStatus: BillingRunStatus = {
  observedGeneration: 1,
  generation: 1,
  phase: "AwaitingApproval",
  conditions: conditionsAt(
    "Approved",
    "TotalChanged",
    `the sum changed by 21.40 %, limit 20 %; approve digest ${digest} to promote`,
  ),
  progress: "64/64",
  partitions: { total: 64, active: 0, succeeded: 64, failed: 0, failedIndexes: [] },
  members: { expected: 1_000_000, billed: 999_213, held: 787, excluded: 0 },
  totals: { amountMinor: "58213904410", currency: "KRW" },
  digest,
  notifications: { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 },
  startTime: "2026-11-01T00:00:04.000Z",
  completionTime: null,
  estimatedCompletionTime: null,
};

/** A run at work, of which two partitions have failed. */
export const settlingStatus: BillingRunStatus = {
  ...waitingStatus,
  phase: "Settling",
  conditions: conditionsAt("Settled", "Settling", "20 of 64 partitions are done"),
  progress: "20/64",
  partitions: { total: 64, active: 8, succeeded: 20, failed: 2, failedIndexes: [3, 17] },
  members: { expected: 1_000_000, billed: 312_190, held: 241, excluded: 0 },
  totals: { amountMinor: "18190210230", currency: "KRW" },
  digest: null,
  estimatedCompletionTime: "2026-11-01T00:00:31.000Z",
};

/** A run whose messages leave. */
export const deliveringStatus: BillingRunStatus = {
  ...waitingStatus,
  phase: "Delivering",
  conditions: conditionsAt("Delivered", "Delivering", "10 of 999213 messages delivered or given up"),
  progress: "10/999213",
};

const judged = {
  status: "True",
  message: "",
  observedGeneration: 1,
  lastTransitionTime: "2026-11-01T00:00:00.000Z",
} as const;

/** A schedule whose run for the month before is going. */
export const scheduleStatus: BillingScheduleStatus = {
  observedGeneration: 1,
  conditions: [
    { ...judged, type: "Accepted", reason: "ScheduleValid" },
    { ...judged, type: "Waiting", status: "False", reason: "NothingWaits" },
    { ...judged, type: "Suspended", status: "False", reason: "NotSuspended" },
  ],
  timing: "0 0 1 * * Asia/Seoul",
  settledUntil: "2026-10-31T15:00:00Z",
  lastScheduleTime: "2026-10-31T15:00:00Z",
  lastSuccessfulTime: null,
  nextScheduleTime: "2026-11-30T15:00:00Z",
  active: [{ name: "monthly-2026-10", period: "2026-10" }],
  missed: 0,
};

/** A policy that can be used. */
export const validPolicyStatus: NotificationPolicyStatus = {
  observedGeneration: 1,
  conditions: [{ ...judged, type: "Accepted", reason: "PolicyValid" }],
};
