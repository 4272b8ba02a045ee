import { z } from "zod";
import { billingRunStatus } from "../../../crds/billing-run-status.ts";
import { runNameMaxLength } from "../../../crds/names.ts";
import { dnsLabel } from "../../../crds/text.ts";
import { runNameSentence } from "../../../crds/billing-run.ts";

/** Name of a run, in a path or a body. */
export const runName = z.string().max(runNameMaxLength, runNameSentence).regex(dnsLabel, runNameSentence);

/** A month, `YYYY-MM`. */
export const period = z.string().regex(/^[1-9]\d{3}-(0[1-9]|1[0-2])$/, "must be a month, such as 2026-10");

/** One result of a month. */
export const generationAddress = z.object({ period, generation: z.int().min(1) });

/** Path of one run. */
export const runParams = z.object({ name: runName });

/** Why somebody orders something; goes into the audit log. */
export const reason = z.string().max(500).default("").describe("Why; goes into the audit log");

/** Minor units of the currency (won, cent), as text: a number would round them. */
export const minor = z.string().regex(/^-?\d+$/);

const count = z.int().min(0);
const who = z.string().nullable();

const members = z.object({ expected: count, billed: count, held: count, excluded: count });

/** A run as lists show it. What is not known yet is null. */
export const runSummary = z
  .object({
    name: z.string(),
    period: z.string(),
    createdAt: z.iso.datetime({ offset: true }),
    startedBy: who.describe("Who started it here; null when it was started elsewhere (kubectl, a schedule)"),
    mode: z.enum(["Plan", "Commit"]),
    suspended: z.boolean(),
    cancelled: z.boolean(),
    phase: z.string().nullable().describe("Null until the operator has looked at it"),
    progress: z.string(),
    message: z.string().describe("What the run is at, or why it stands still; may be empty"),
    generation: z.int().nullable(),
    digest: z.string().nullable(),
    partitions: z.object({ total: count, active: count, succeeded: count, failed: count }).nullable(),
    members: members.nullable(),
    totals: z.object({ amountMinor: minor, currency: z.string() }).nullable(),
    notifications: billingRunStatus.shape.notifications.nullable(),
    startTime: z.iso.datetime({ offset: true }).nullable(),
    completionTime: z.iso.datetime({ offset: true }).nullable(),
    estimatedCompletionTime: z.iso.datetime({ offset: true }).nullable(),
  })
  .meta({ id: "RunSummary" });

const partition = z
  .object({
    index: count,
    state: z.enum(["pending", "running", "done", "failed"]),
    attempt: count.describe("How often it was begun"),
    members: count.describe("Accounts of it when the population was frozen"),
    bills: count.nullable(),
    held: count.nullable(),
    excluded: count.nullable(),
    items: count.nullable(),
    amountMinor: minor.nullable(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    seconds: z.number().nullable().describe("Of the last attempt, up to now while it runs"),
    error: z.string().nullable(),
  })
  .meta({ id: "RunPartition" });

/** One check of the proof. */
const check = z
  .object({ name: z.string(), holds: z.boolean(), detail: z.string() })
  .meta({ id: "ProofCheck" });

/** A generation as the ledger has it. */
export const generation = z
  .object({
    period,
    generation: z.int(),
    run: z.string(),
    state: z.enum(["settling", "verified", "live", "superseded", "abandoned"]),
    frozenAt: z.iso.datetime().describe("Rows recorded later than this are in no bill of it"),
    verifiedAt: z.iso.datetime().nullable(),
    promotedAt: z.iso.datetime().nullable(),
    releasedAt: z.iso.datetime().nullable(),
    releaseAt: z.iso.datetime().nullable().describe("Messages leave from this instant on"),
    members,
    items: count.nullable(),
    totals: z.object({ amountMinor: minor, currency: z.string() }).nullable(),
    digest: z.string().nullable(),
    proof: z.array(check).nullable().describe("Verify's control totals; null until it has run"),
  })
  .meta({ id: "Generation" });

/** How fast the settlement is. */
const pace = z
  .object({
    membersPerSecond: z.number().nullable(),
    membersDone: count,
    membersTotal: count,
    estimatedCompletionTime: z.iso.datetime().nullable(),
  })
  .meta({ id: "RunPace" });

const approval = z
  .discriminatedUnion("state", [
    z.object({
      state: z.literal("waiting"),
      subject: z.enum(["canary", "result"]).describe("What is approved: the canary, or the whole result"),
      digest: z.string(),
      message: z.string(),
    }),
    z.object({ state: z.literal("nothing"), why: z.string() }),
  ])
  .meta({ id: "RunApproval" });

/** What may be ordered now. */
export const runAction = z.enum(["suspend", "resume", "cancel", "retry", "release"]);

/** One run, whole. */
export const runDetail = runSummary
  .extend({
    specGeneration: z.int().describe("Counts changes of the spec"),
    lastChangedBy: who.describe("Who changed its spec last, approvals aside"),
    spec: z.record(z.string(), z.unknown()).describe("`spec` of the BillingRun, with its defaults"),
    status: billingRunStatus.nullable().describe("Null until the operator has looked at it"),
    approval,
    actions: z
      .array(z.object({ action: runAction, allowed: z.boolean(), why: z.string() }))
      .describe("What may be ordered now, and why what may not"),
    consequenceOfCancelling: z.string(),
    ledger: generation.nullable().describe("Its latest generation; null before it is prepared"),
    baseline: generationAddress
      .nullable()
      .describe(
        "What its difference is told against: the live result of the month, else of the latest before it",
      ),
    partitionGrid: z.array(partition),
    pace: pace.nullable(),
  })
  .meta({ id: "Run" });

/** What a command on a run did. */
export const runChanged = z
  .object({ name: z.string(), done: z.string().describe("A sentence for people") })
  .meta({ id: "RunChanged" });
