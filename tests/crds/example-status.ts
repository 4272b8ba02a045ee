import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import { conditionTypes } from "../../crds/conditions.ts";

const digest = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

/** A run of 1,000,000 members that is proved and waits for a person. */
export const waitingStatus: BillingRunStatus = {
  observedGeneration: 1,
  generation: 1,
  phase: "AwaitingApproval",
  conditions: conditionTypes.map((type, place) => ({
    type,
    status: place < 4 ? "True" : "False",
    reason: type === "Approved" ? "TotalChanged" : place < 4 ? "SpecValid" : "NotStarted",
    message:
      type === "Approved"
        ? `the sum changed by 21.40 %, limit 20 %; approve digest ${digest} to promote`
        : "",
    observedGeneration: 1,
    lastTransitionTime: "2026-11-01T00:03:12.000Z",
  })),
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
  conditions: conditionTypes.map((type, place) => ({
    type,
    status: place < 2 ? "True" : "False",
    reason: type === "Settled" ? "Settling" : place < 2 ? "SpecValid" : "NotStarted",
    message: type === "Settled" ? "20 of 64 partitions are done" : "",
    observedGeneration: 1,
    lastTransitionTime: "2026-11-01T00:00:12.000Z",
  })),
  progress: "20/64",
  partitions: { total: 64, active: 8, succeeded: 20, failed: 2, failedIndexes: [3, 17] },
  members: { expected: 1_000_000, billed: 312_190, held: 241, excluded: 0 },
  totals: { amountMinor: "18190210230", currency: "KRW" },
  digest: null,
  estimatedCompletionTime: "2026-11-01T00:00:31.000Z",
};
