import type { BillingRunSpec } from "./billing-run.ts";
import type { Condition } from "./conditions.ts";

/** One word for people and printer columns, derived from the conditions; programs read the conditions. */
export type Phase =
  | "Pending"
  | "Preparing"
  | "Settling"
  | "Verifying"
  | "AwaitingApproval"
  | "Promoting"
  | "AwaitingRelease"
  | "Delivering"
  | "Suspended"
  | "Cancelling"
  | "Cancelled"
  | "Superseded"
  | "Failed"
  | "Completed";

/** `status` of a BillingRun. Wholly derived from the ledger and the jobs: a lost status is computed again. */
export interface BillingRunStatus {
  readonly observedGeneration: number;
  /** Number of the generation of bills this run computes; null before `prepare`. */
  readonly generation: number | null;
  readonly phase: Phase;
  readonly conditions: readonly Condition[];
  /** `settled/partitions`, or `terminal/notifications` once delivering. */
  readonly progress: string;
  readonly partitions: {
    readonly total: number;
    readonly active: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly failedIndexes: readonly number[];
  };
  readonly members: {
    readonly expected: number;
    readonly billed: number;
    readonly held: number;
    readonly excluded: number;
  };
  /** Sum of the bills in minor units, a string because a JSON number would round it. */
  readonly totals: { readonly amountMinor: string; readonly currency: string } | null;
  /** Hexadecimal digest of the whole result, which an approval names; null until verified. */
  readonly digest: string | null;
  readonly notifications: {
    readonly scheduled: number;
    readonly queued: number;
    readonly sent: number;
    readonly failed: number;
    readonly dead: number;
  };
  /** RFC 3339. */
  readonly startTime: string | null;
  readonly completionTime: string | null;
  readonly estimatedCompletionTime: string | null;
}

/** A BillingRun as the controller sees it. `metadata.generation` counts changes of the spec. */
export interface BillingRun {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    /** Set once a person has deleted the object; it stays until its finalizer is gone. */
    readonly deletionTimestamp?: string;
  };
  readonly spec: BillingRunSpec;
  readonly status?: BillingRunStatus;
}
