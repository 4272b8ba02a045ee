import { z } from "zod";
import type { BillingRunSpec } from "./billing-run.ts";
import { conditionTypes, reasons } from "./conditions.ts";
import type { DeepReadonly } from "./deep-readonly.ts";
import { conditionList, observedGeneration, openEnum, time } from "./status-fields.ts";

const phases = [
  "Pending",
  "Preparing",
  "Settling",
  "Verifying",
  "AwaitingApproval",
  "Promoting",
  "AwaitingRelease",
  "Reserved",
  "Delivering",
  "Suspended",
  "Cancelling",
  "Cancelled",
  "Superseded",
  "Failed",
  "Completed",
] as const;

/** One word for people and printer columns, derived from the conditions; programs read the conditions. */
export type Phase = (typeof phases)[number];

const count = z.int().min(0);

const partitions = z
  .object({
    total: count.max(1024).describe("Parts into which the accounts are divided."),
    active: count.max(1024).describe("Being settled now."),
    succeeded: count.max(1024).describe("Done and committed."),
    failed: count.max(1024).describe("Failed for good; raise spec.retryGeneration to try them again."),
    failedIndexes: z.array(count.max(1023)).max(1024).describe("Which ones have failed, counted from 0."),
  })
  .describe("How the settlement's partitions stand.");

const members = z
  .object({
    expected: count.describe("Frozen when the run began; billed + held + excluded in the end."),
    billed: count.describe("Have a bill."),
    held: count.describe("Could not be billed; held_accounts names each with a reason."),
    excluded: count.describe("Nothing of theirs lies in the period."),
  })
  .describe("Accounts of the period, by what became of them.");

const totals = z
  .object({
    amountMinor: z
      .string()
      .max(40)
      .describe(
        "Sum of the bills in minor units of the currency (won, cent); a string because a number would round it.",
      ),
    currency: z.string().max(3).describe("ISO 4217 code."),
  })
  .describe("What the bills come to; absent before the run has a generation.");

const notifications = z
  .object({
    scheduled: count.describe("Wait for their day, or for the end of quiet hours."),
    queued: count.describe("On their way: in Kafka, or being sent."),
    sent: count.describe("Accepted by a provider."),
    failed: count.describe("Dropped: cancelled, or overtaken by a newer bill."),
    dead: count.describe("Given up on every channel; they can be sent anew by hand."),
    overdue: count
      .optional()
      .describe(
        "Of those scheduled and queued, past the deadline of the policy; absent where there are none.",
      ),
  })
  .describe("Messages about the bills, by how they stand.");

/**
 * `status` of a BillingRun. Wholly derived from the ledger and the jobs: a lost status is computed again. What is not
 * known yet is null here and absent in the API server (`statusToApply`).
 */
export const billingRunStatus = z
  .object({
    observedGeneration,
    generation: count
      .max(32_767)
      .nullable()
      .default(null)
      .describe("Number of the generation of bills that this run computes; absent before it is prepared."),
    phase: openEnum(phases).describe(
      `One word for people, derived from the conditions: ${phases.join(", ")}. Programs read the conditions.`,
    ),
    conditions: conditionList(openEnum(conditionTypes), openEnum(reasons)),
    progress: z
      .string()
      .max(64)
      .describe("Partitions settled of all; once messages go out, messages at their end of all."),
    partitions,
    members,
    totals: totals.nullable().default(null),
    digest: z
      .string()
      .max(64)
      .nullable()
      .default(null)
      .describe(
        "Digest of the whole result, to be copied into spec.approvedDigest; absent until it is proved.",
      ),
    notifications,
    startTime: time.nullable().default(null).describe("When the population was frozen."),
    completionTime: time.nullable().default(null).describe("When the run came to its end, whichever it was."),
    estimatedCompletionTime: time
      .nullable()
      .default(null)
      .describe("When the settlement will be done at its present pace."),
  })
  .describe("How the run stands; written by the operator alone.");

export type BillingRunStatus = DeepReadonly<z.output<typeof billingRunStatus>>;

/** The status as read from the API server; undefined when there is none, or none that this version understands. */
export function readBillingRunStatus(status: unknown): BillingRunStatus | undefined {
  return billingRunStatus.safeParse(status).data;
}

/** A BillingRun as the controller sees it. `metadata.generation` counts changes of the spec. */
export interface BillingRun {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    /** RFC 3339; set once somebody has deleted the run, which stays until its finalizer is taken off. */
    readonly deletionTimestamp?: string;
  };
  readonly spec: BillingRunSpec;
  readonly status?: BillingRunStatus;
}
