import { z } from "zod";
import { immutable, sharedRule, withRules, type CelRule } from "./cel.ts";
import { leavingReasons } from "./conditions.ts";
import { maxRetryGeneration, runNameMaxLength } from "./names.ts";
import { dispatch, runTemplateFields, runTemplateRules } from "./run-template.ts";
import { dnsLabel, instant, matching } from "./text.ts";

/** API group and version of every kind of this operator. */
export const apiVersion = "billing.telco.dev/v1alpha1";

const period = matching(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, such as 2026-10", 7).describe(
  "Month that is billed, as YYYY-MM. Immutable.",
);

const approvedDigest = matching(
  /^([0-9a-f]{64})?$/,
  "must be the 64 hexadecimal digits of a digest, or empty",
  64,
)
  .default("")
  .describe(
    "Digest of the result that a person approves, copied from status.digest: exactly those bills are published. " +
      "Needed in mode Plan, and when a gate holds the run.",
  );

const { tariffRef, mode, partitions, ...templateFields } = runTemplateFields;

// Of one run only: the runs of a schedule would all be released at the same instant.
const dispatchOfRun = sharedRule(
  dispatch
    .extend({
      releaseAt: instant
        .optional()
        .describe(
          "From when on messages leave, as RFC 3339 such as 2026-11-05T09:00:00+09:00; absent or past = when the bills are live. " +
            "Bills are published without waiting for it. May change until it has come.",
        ),
    })
    .describe("How members learn of their bills."),
  {
    rule: "!has(self.releaseAt) || self.release == 'Automatic'",
    holds: ({ release, releaseAt }) => releaseAt === undefined || release === "Automatic",
    path: ["releaseAt"],
    message: "needs release Automatic: what waits for a person, or is not sent, has no instant",
  },
);

const fields = z.strictObject({
  period: immutable(period, "create another BillingRun for another month"),
  ...templateFields,
  dispatch: dispatchOfRun.prefault({}),
  tariffRef: immutable(tariffRef, "create another BillingRun to bill by another tariff or version"),
  mode: withRules(mode, {
    rule: "self == oldSelf || self == 'Commit'",
    message: "may change from Plan to Commit only; suspend the run to hold it, or cancel it",
    reason: "FieldValueForbidden",
  }),
  partitions: immutable(partitions, "accounts were divided by it; change parallelism instead"),
  approvedDigest,
  cancel: withRules(
    z
      .boolean()
      .default(false)
      .describe("Gives the run up for good: what is not yet published is dropped. Cannot be taken back."),
    {
      rule: "self || !oldSelf",
      message: "is one-way: a cancelled run stays cancelled; create another BillingRun",
      reason: "FieldValueForbidden",
    },
  ),
  retryGeneration: withRules(
    z
      .int()
      .min(0)
      .max(maxRetryGeneration)
      .default(0)
      .describe("Raise it by one to try again what failed. What is done stays done."),
    {
      rule: "self >= oldSelf",
      message: "must not fall: raise it to try again",
      reason: "FieldValueForbidden",
    },
  ),
});

/** `spec` of a BillingRun with its defaults. `period`, `tariffRef` and `partitions` are immutable; `cancel` is one-way. */
export const billingRunSpec = runTemplateRules
  .reduce((schema, rule) => sharedRule(schema, rule), fields)
  .describe("What to bill, how widely to spread it, and what may stop it.");

export type BillingRunSpec = z.output<typeof billingRunSpec>;

/** What is wrong with a name that cannot be that of a run. */
export const runNameSentence =
  `must be lower-case letters, digits and dashes, at most ${runNameMaxLength}: ` +
  "the names of its jobs and pods begin with it";

/** A BillingRun as a person writes it. */
export const billingRunManifest = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal("BillingRun"),
  metadata: z.object({
    name: z.string().max(runNameMaxLength, runNameSentence).regex(dnsLabel, runNameSentence),
  }),
  spec: billingRunSpec,
});

export type BillingRunManifest = z.output<typeof billingRunManifest>;

/** Whether messages have begun to leave, as the status says. */
const leaving =
  "has(oldSelf.status) && has(oldSelf.status.conditions) && " +
  `oldSelf.status.conditions.exists(c, c.type == 'Delivered' && c.reason in ['${leavingReasons.join("', '")}'])`;
const sameReleaseAt =
  "has(self.spec.dispatch.releaseAt) == has(oldSelf.spec.dispatch.releaseAt) && " +
  "(!has(self.spec.dispatch.releaseAt) || self.spec.dispatch.releaseAt == oldSelf.spec.dispatch.releaseAt)";

/** Rules over a change of the whole object, which the spec alone cannot judge. */
export const billingRunChangeRules: readonly CelRule[] = [
  {
    rule: `!(${leaving}) || (${sameReleaseAt})`,
    message:
      "cannot change any more: the messages have been released; cancel the run, or reserve single messages",
    reason: "FieldValueForbidden",
    fieldPath: ".spec.dispatch.releaseAt",
  },
];
