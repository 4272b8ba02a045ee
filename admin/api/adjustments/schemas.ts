import { z } from "zod";
import { idParameter, minor, period, reason } from "../fields.ts";

export const adjustmentParam = z.object({ adjustmentId: idParameter });
export const adjustmentStates = ["pending", "recorded", "rejected"] as const;

export const adjustmentFilter = z.object({
  accountId: idParameter.optional(),
  period: period.optional(),
  state: z.enum(adjustmentStates).optional().describe("`pending` = waits for an approver"),
});

/** Minor units, never 0; negative = a credit. */
const signedAmount = minor.regex(/^-?[1-9]\d{0,14}$/, "must be whole minor units, not 0");
const positiveAmount = minor.regex(/^[1-9]\d{0,14}$/, "must be whole minor units above 0");
const text = z.string().trim().min(1).max(500).describe("Why, as it is kept with the adjustment");

export const newAdjustment = z
  .strictObject({
    accountId: z.int().min(1),
    period: period.describe("The month whose bill has it: not billed yet"),
    kind: z.enum(["taxable", "final"]).describe("Before tax, or after it"),
    amountMinor: signedAmount,
    reason: text,
  })
  .meta({ id: "NewAdjustment" });

export const newCreditNote = z
  .strictObject({
    period: period.describe("The later month whose bill has it: not billed yet"),
    amountMinor: positiveAmount.describe("With tax; all credit notes of a bill are never more than the bill"),
    reason: text,
  })
  .meta({ id: "NewCreditNote" });

export const adjustment = z
  .object({
    adjustmentId: z.int(),
    accountId: z.int(),
    period,
    kind: z.enum(["taxable", "final"]),
    amountMinor: minor,
    currency: z.string(),
    reason: z.string(),
    creditOf: z.int().nullable().describe("Number of the bill that a credit note is for"),
    state: z.enum(adjustmentStates),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
    decisionReason: z.string().nullable(),
  })
  .meta({ id: "Adjustment" });

export const approval = z.strictObject({ reason: reason.optional() }).meta({ id: "AdjustmentApproval" });
export const rejection = z.strictObject({ reason }).meta({ id: "AdjustmentRejection" });
