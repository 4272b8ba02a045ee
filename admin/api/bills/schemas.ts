import { z } from "zod";
import { idParameter, locale, minor, period, reason } from "../fields.ts";
import { timelineEntry } from "../messages/schemas.ts";

export const billStates = [
  "new",
  "onHold",
  "validated",
  "sent",
  "partiallyPaid",
  "settled",
  "superseded",
] as const;

/** Which bills: of a member or an account (newest first), or of a month (by number). */
export const billFilter = z.object({
  memberId: idParameter.optional(),
  accountId: idParameter.optional(),
  period: period.optional(),
  generation: idParameter.max(32_767).optional().describe("Of `period`; else the live one of each month"),
  every: z
    .enum(["true", "false"])
    .default("false")
    .describe("`true` with a member or account: of every generation, not only the live ones"),
  state: z.enum(billStates).optional().describe("A page may then be shorter than `limit`, go on by `next`"),
});

const message = z
  .object({
    state: z.string(),
    channel: z.string(),
    reason: z.string(),
    dueAt: z.iso.datetime().nullable().describe("Billing clock; null when nothing is due"),
    messageGeneration: z.int(),
  })
  .meta({ id: "BillMessage" });

const summary = {
  billId: z.int(),
  accountId: z.int(),
  memberId: z.int(),
  period,
  generation: z.int(),
  live: z.boolean().describe("Whether this is the generation that members owe by"),
  state: z.enum(billStates).describe("As TMF678: `settled` means paid; `superseded` is ours"),
  currency: z.string(),
  taxableMinor: minor,
  taxMinor: minor,
  totalMinor: minor,
  itemCount: z.int(),
  message: message.nullable().describe("Null before promotion"),
};

export const billSummary = z.object(summary).meta({ id: "BillSummary" });

export const ofGeneration = z.object({
  generation: idParameter.max(32_767).optional().describe("The live one when left out"),
});
export const inLanguage = ofGeneration.extend({ locale: locale.default("en") });

/** What may be ordered for a bill's message, by the last part of its path. */
export const messageAction = z.enum([
  "force",
  "reserve",
  "redrive",
  "convert",
  "resend",
  "hold",
  "release",
  "cancel",
]);

export const bill = z
  .object({
    ...summary,
    run: z.string(),
    tariff: z.string().describe("`name@version`"),
    digest: z.string().describe("SHA-256 of what the member owes, hexadecimal"),
    dueOn: z.iso.date(),
    generations: z.array(z.object({ generation: z.int(), state: z.string(), totalMinor: minor.nullable() })),
    creditedMinor: minor.describe("By credit notes, those that wait for approval included"),
    actions: z
      .array(
        z.object({
          action: messageAction,
          allowed: z.boolean(),
          why: z.string().describe("The code of why not; empty when it is allowed"),
        }),
      )
      .describe(
        "What may be ordered for its newest message now; empty without a message. A conversion is one to SMS",
      ),
  })
  .meta({ id: "Bill" });

export const billItems = z
  .object({
    billId: z.int(),
    generation: z.int(),
    currency: z.string(),
    items: z.array(
      z
        .object({
          line: z.int(),
          code: z.string(),
          label: z.string(),
          quantityMilli: z.string().describe("Thousandths"),
          rateMicro: z.string().describe("Millionths"),
          amountMinor: minor,
        })
        .meta({ id: "BillItem" }),
    ),
    totalMinor: minor,
  })
  .meta({ id: "BillItems" });

/** As `explain --json` tells it. */
export const explanation = z
  .object({
    billId: z.int(),
    accountId: z.int(),
    period,
    generation: z.int(),
    tariff: z.string(),
    currency: z.string(),
    lines: z.array(
      z
        .object({
          line: z.int(),
          code: z.string(),
          subscriptionId: z.int().describe("0 = of the whole account"),
          label: z.string(),
          rule: z.string(),
          inputs: z.array(z.object({ name: z.string(), value: z.string() })),
          arithmetic: z.string(),
          amountMinor: minor,
        })
        .meta({ id: "ExplainedLine" }),
    ),
    totalMinor: minor,
    replayed: z.boolean().describe("Computed again from its snapshot, it comes out the same"),
  })
  .meta({ id: "BillExplanation" });

export const replay = z
  .object({
    billId: z.int(),
    generation: z.int(),
    replayed: z.boolean(),
    digest: z.string().describe("As stored"),
    computedDigest: z.string().nullable().describe("From the snapshot; null = it would be held today"),
    rowsDigest: z.string().describe("From the stored items and totals"),
  })
  .meta({ id: "BillReplay" });

/** What the member is told, by the templates that the generation was promoted with; name and number masked. */
export const renderedMessage = z
  .object({
    billId: z.int(),
    generation: z.int(),
    language: locale,
    templates: z.string().describe("Versions, as `email/ko@3`"),
    promotional: z.boolean(),
    email: z.object({ subject: z.string(), text: z.string(), html: z.string() }),
    sms: z.object({ text: z.string() }),
    push: z.object({ title: z.string(), text: z.string() }),
  })
  .meta({ id: "RenderedMessage" });

export const billTimeline = z
  .object({ billId: z.int(), entries: z.array(timelineEntry) })
  .meta({ id: "BillTimeline" });

export const holdOrder = z.strictObject({ reason }).meta({ id: "HoldOrder" });
export const releaseOrder = z.strictObject({ reason: reason.optional() }).meta({ id: "ReleaseMessageOrder" });
