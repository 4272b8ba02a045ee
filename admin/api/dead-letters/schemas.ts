import { z } from "zod";
import { channel, idParameter, reason } from "../fields.ts";
import { bodyId } from "../messages/order-schemas.ts";
import { letterFilterFields } from "../messages/schemas.ts";

/** `GET /dead-letters`, the oldest first. */
export const lettersQuery = z.object({
  ...letterFilterFields,
  redriven: z.stringbool().default(false).describe("Also those that were redriven"),
});

export const deadLetter = z
  .object({
    id: z.int(),
    billId: z.int(),
    generation: z.int(),
    messageGeneration: z.int(),
    channel: z.string(),
    cause: z.string(),
    detail: z.string(),
    diedAt: z.iso.datetime(),
    redrivenAt: z.iso.datetime().nullable(),
    hasPayload: z.boolean(),
  })
  .meta({ id: "DeadLetter" });

/** `GET /dead-letters/counts`. */
export const letterCounts = z
  .object({
    counts: z.array(
      z.object({ period: z.string(), channel: z.string(), cause: z.string(), letters: z.int() }),
    ),
  })
  .meta({ id: "DeadLetterCounts" });

export const letterParams = z.object({ id: idParameter });
export const withReason = z.strictObject({ reason });

/** `POST /dead-letters/{id}/payload`: what was to be sent, in plain; asking for it is audited. */
export const payload = z
  .object({ to: z.string(), masked: z.string(), content: z.unknown() })
  .meta({ id: "DeadLetterPayload" });

/** `GET /poison-messages`: Kafka messages that nobody could read, put aside. Their texts are not shown. */
export const poisonMessage = z
  .object({
    topic: z.string(),
    partition: z.int(),
    offset: z.int(),
    cause: z.string(),
    parkedAt: z.iso.datetime(),
  })
  .meta({ id: "PoisonMessage" });

const suppressionFilter = {
  channel: channel.optional(),
  cause: z.enum(["hard-bounce", "complaint"]).optional(),
  source: z.string().max(63).optional().describe("The provider that told of it"),
  from: z.iso.datetime({ offset: true }).optional().describe("Suppressed at this instant or later"),
  before: z.iso.datetime({ offset: true }).optional(),
};

/** `GET /suppressions`. */
export const suppressionsQuery = z.object({ ...suppressionFilter, member: idParameter.optional() });

export const suppression = z
  .object({
    id: z.int(),
    channel: z.string(),
    cause: z.string(),
    source: z.string(),
    code: z.string(),
    billId: z.int(),
    occurredAt: z.iso.datetime(),
    suppressedAt: z.iso.datetime(),
    memberIds: z.array(z.int()).describe("Who has that address today"),
  })
  .meta({ id: "Suppression" });

/** `POST /suppressions/lift` and `…/lift/dry-run`. */
export const liftBody = z
  .strictObject({
    which: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("ids"), ids: z.array(bodyId).min(1).max(1_000) }),
      z.strictObject({ kind: z.literal("all"), ...suppressionFilter, member: bodyId.optional() }),
    ]),
    limit: z.int().min(1).max(100_000).default(100_000),
    reason,
  })
  .meta({ id: "LiftOrder" });

export const lifted = z
  .object({
    lifted: z.int(),
    byCause: z.record(z.string(), z.int()),
    sample: z.array(z.int()),
    more: z.boolean(),
  })
  .meta({ id: "LiftTally" });

/** `GET /receipts/counts`: what providers told lately. */
export const receiptCounts = z
  .object({
    newest: z.int().describe("So many of the newest receipts are counted"),
    since: z.iso.datetime().nullable(),
    waiting: z.int().describe("Receipts of messages that nobody knows yet; 10,000 = at least"),
    counts: z.array(
      z.object({
        source: z.string(),
        channel: z.string(),
        kind: z.string(),
        effect: z.string().nullable(),
        receipts: z.int(),
      }),
    ),
  })
  .meta({ id: "ReceiptCounts" });
