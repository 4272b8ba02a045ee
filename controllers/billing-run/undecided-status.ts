import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import { conditionTypes } from "../../crds/conditions.ts";
import { amendStatus, type Judged } from "./amend-status.ts";

// What is written where nothing could be decided: what was known stays, and one condition says why there is no more.

/** The last status, with `Finished` unknown: without the database nobody can say. */
export function unreachableStatus(judged: Judged, cause: string, nowMs: number): BillingRunStatus {
  const message = `the database cannot be read, which is tried again by itself: ${cause}`;
  const known = judged.former ?? blankStatus(judged.generation, nowMs);
  const unknown = { type: "Finished", status: "Unknown", reason: "DatabaseUnreachable", message } as const;
  return amendStatus(judged, known, unknown, nowMs);
}

/** The last status, not accepted: the spec is none that this version knows. */
export function invalidSpecStatus(judged: Judged, problem: string, nowMs: number): BillingRunStatus {
  const { generation, former } = judged;
  const known = { ...(former ?? blankStatus(generation, nowMs)), observedGeneration: generation };
  const refused = { type: "Accepted", status: "False", reason: "SpecInvalid", message: problem } as const;
  return amendStatus(judged, known, refused, nowMs);
}

function blankStatus(generation: number, nowMs: number): BillingRunStatus {
  const lastTransitionTime = new Date(nowMs).toISOString();
  return {
    observedGeneration: generation,
    generation: null,
    phase: "Pending",
    conditions: conditionTypes.map((type) => ({
      ...{ type, status: "Unknown", reason: "NotStarted", message: "" },
      ...{ observedGeneration: generation, lastTransitionTime },
    })),
    progress: "",
    partitions: { total: 0, active: 0, succeeded: 0, failed: 0, failedIndexes: [] },
    members: { expected: 0, billed: 0, held: 0, excluded: 0 },
    totals: null,
    digest: null,
    notifications: { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 },
    startTime: null,
    completionTime: null,
    estimatedCompletionTime: null,
  };
}
