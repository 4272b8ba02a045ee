import { z } from "zod";
import { channel, period, reason } from "../fields.ts";
import { movedMessage } from "../moved-message.ts";
import { code, letterTexts, messageState } from "./schemas.ts";

/** `/orders/{id}` */
export const orderParams = z.object({ id: z.guid() });

/** A number that names something, in a body: a number and no text. */
export const bodyId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const generation = z.int().min(1).max(32_767);
const ids = z.array(bodyId).min(1).max(1_000);

/** Which messages an order is for: one, many, or all that a filter leaves. */
export const orderTarget = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("bills"), billIds: ids }).describe("The newest message of each bill"),
    z.strictObject({ kind: z.literal("member"), memberId: bodyId, period }),
    z
      .strictObject({ kind: z.literal("letters"), ids })
      .describe("Dead letters by number, as the list shows them"),
    z
      .strictObject({ kind: z.literal("all-letters"), ...letterTexts, generation: generation.optional() })
      .describe("Every open dead letter that the filter leaves"),
    z
      .strictObject({
        kind: z.literal("messages"),
        period,
        generation,
        state: messageState.optional(),
        channel: channel.optional(),
        reason: code.optional(),
      })
      .describe("Messages of one generation, in the states that the order is for"),
  ])
  .meta({ id: "OrderTarget" });

const target = orderTarget.describe("Which messages");
const optionalReason = reason.optional();
const limit = z
  .int()
  .min(1)
  .max(100_000)
  .default(100_000)
  .describe("Messages that one command moves at most");

const sayWhy = {
  message: "say why: in quiet hours the member is disturbed",
  path: ["reason"],
};
const saysWhy = (body: {
  readonly evenInQuietHours: boolean;
  readonly reason?: string | undefined;
}): boolean => !body.evenInQuietHours || body.reason !== undefined;

/** Bodies of the orders, by kind. The same bodies are sent to `…/dry-run`. */
export const orderBodies = {
  force: z
    .strictObject({
      ...{ target, limit },
      evenInQuietHours: z.boolean().default(false).describe("Needs a reason"),
      reason: optionalReason,
    })
    .refine(saysWhy, sayWhy)
    .meta({ id: "ForceOrder" }),
  reserve: z
    .strictObject({
      ...{ target, limit },
      at: z.iso.datetime({ offset: true }).describe("RFC 3339 with its offset"),
      evenInQuietHours: z.boolean().default(false).describe("Needs a reason"),
      reason: optionalReason,
    })
    .refine(saysWhy, sayWhy)
    .meta({ id: "ReserveOrder" }),
  resend: z.strictObject({ target, limit, reason }).meta({ id: "ResendOrder" }),
  redrive: z
    .strictObject({
      ...{ target, limit },
      evenIfMaybeSent: z.boolean().default(false).describe("Also those that may have arrived"),
      reason: optionalReason,
    })
    .meta({ id: "RedriveOrder" }),
  convert: z
    .strictObject({
      ...{ target, limit },
      to: channel.default("sms"),
      evenIfMaybeSent: z.boolean().default(false),
      reason: optionalReason,
    })
    .meta({ id: "ConvertOrder" }),
  cancel: z.strictObject({ target, limit, reason }).meta({ id: "CancelOrder" }),
} as const;

/** What an order did or would do. */
export const tally = z
  .object({
    moved: z.int(),
    byMove: z.record(z.string(), z.int()).describe("By `from → to channel`"),
    refused: z.record(z.string(), z.int()).describe("By the code of why"),
    sample: z.array(movedMessage),
    more: z.boolean().describe("There are more than the limit: give another command"),
  })
  .meta({ id: "OrderTally" });

/** Answer of an order: moved now, or kept for an approver because it is large. */
export const orderAnswer = z
  .object({
    status: z.enum(["done", "pending"]),
    orderId: z.string().nullable().describe("Of the kept order; null when it was carried out"),
    tally: tally.describe("What it did; of a kept one, what it would do"),
  })
  .meta({ id: "OrderAnswer" });

/** Answer of a dry run. */
export const foreseen = z
  .object({ needsApproval: z.boolean(), approvalOver: z.int(), tally })
  .meta({ id: "ForeseenOrder" });

/** An order that waits for an approver, or has been decided. */
export const keptOrder = z
  .object({
    id: z.string(),
    kind: z.string(),
    state: z.enum(["pending", "executed", "withdrawn", "expired"]),
    order: z.unknown().describe("As it was ordered"),
    target: z.unknown(),
    maker: z.string(),
    reason: z.string(),
    foreseen: tally.describe(
      "What it would have done when it was ordered; an approval moves no more than that",
    ),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "KeptOrder" });
