import { z } from "zod";
import { NOTIFICATION_STATES } from "../../../notification/notification-row.ts";
import { billIdParam, channel, period } from "../fields.ts";

/** Where a message stands. */
export const messageState = z.enum(NOTIFICATION_STATES as [string, ...string[]]).meta({ id: "MessageState" });

/** A code such as `send-day`, `retry`, `permanent`. */
export const code = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "must be a code such as send-day");

/** Number of a generation in a query, where everything is text. */
const generation = z.coerce.number().int().min(1).max(32_767);

/** Filters by month and generation; without a month the newest that has messages. */
export const scopeQuery = z.object({
  period: period.optional().describe("`YYYY-MM` [the newest month with messages, where one is needed]"),
  generation: generation.optional().describe("Only of this generation of the month"),
});

/** One message, as lists show it: whose it is stands as a number, where it goes only as a channel. */
export const message = z
  .object({
    billId: z.int(),
    memberId: z.int(),
    period: z.string(),
    generation: z.int(),
    messageGeneration: z.int().describe("Raised by a redrive or a resend"),
    state: messageState,
    channel: z.string(),
    channelPlan: z.array(z.string()).describe("Channels in order"),
    reason: z.string().describe("Why it is where it is"),
    attempt: z.int(),
    unknownOutcomes: z.int(),
    provider: z.string().nullable(),
    dueAt: z.iso.datetime().nullable().describe("Billing clock; null = it does not wait"),
    leaseUntil: z.iso.datetime().nullable(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Message" });

/** `GET /messages`. Pages follow bill numbers; a page may be short and still have a next one. */
export const messagesQuery = scopeQuery.extend({
  state: messageState.optional(),
  channel: channel.optional(),
  reason: code.optional(),
  dueFrom: z.iso.datetime({ offset: true }).optional().describe("Due at this instant or later"),
  dueBefore: z.iso.datetime({ offset: true }).optional(),
});

/** One thing that happened to a bill's messages. */
export const timelineEntry = z
  .object({
    at: z.iso.datetime().describe("Attempts by the billing clock, everything else by the machine's"),
    generation: z.int(),
    messageGeneration: z.int(),
    kind: z.enum(["attempt", "receipt", "dead-letter", "command", "now"]),
    channel: z.string(),
    what: z.string().describe("Outcome, cause, what was ordered, or the state"),
    detail: z.string(),
  })
  .meta({ id: "TimelineEntry" });

/** `GET /messages/{billId}`: the newest generation's message first. */
export const messageWithTimeline = z
  .object({ billId: z.int(), messages: z.array(message), timeline: z.array(timelineEntry) })
  .meta({ id: "MessageWithTimeline" });

export const messageParams = billIdParam;

/** `GET /messages/queue`. */
export const queue = z
  .object({
    asOf: z.iso.datetime(),
    billingClock: z.iso.datetime(),
    places: z
      .array(
        z.object({
          period: z.string(),
          generation: z.int(),
          state: messageState,
          channel: z.string(),
          reason: z.string(),
          messages: z.int(),
        }),
      )
      .describe("Where messages stand, also at an end"),
    due: z
      .array(z.object({ hour: z.iso.datetime(), channel: z.string(), reason: z.string(), messages: z.int() }))
      .describe("What waits, by the hour in which it is due (billing clock)"),
    oldest: z
      .array(
        z.object({
          period: z.string(),
          generation: z.int(),
          state: messageState,
          channel: z.string(),
          messages: z.int(),
          oldest: z.object({ billId: z.int(), since: z.iso.datetime(), ageMs: z.number() }).nullable(),
        }),
      )
      .describe("Open messages by state and channel, and the one that stands there longest"),
  })
  .meta({ id: "MessageQueue" });

/** `GET /messages/recent`: the live send log. */
export const recentAttempt = z
  .object({
    id: z.string().describe("bill:generation:seq"),
    billId: z.int(),
    generation: z.int(),
    messageGeneration: z.int(),
    channel: z.string(),
    addressClass: z.enum(["email", "phone", "pushToken"]).describe("What kind of address; never which"),
    provider: z.string(),
    attempt: z.int(),
    outcome: z.string(),
    detail: z.string(),
    endedAt: z.iso.datetime().describe("Billing clock"),
    durationMs: z.int(),
  })
  .meta({ id: "RecentAttempt" });

/** Filters of dead letters that are texts; the same in a list's query and in an order's target. */
export const letterTexts = {
  channel: channel.optional().describe("The last that was tried"),
  cause: code.optional().describe("no-contact, permanent, exhausted, bounced, unknown-outcome"),
  period: period.optional(),
  run: z.string().max(63).optional().describe("Name of a BillingRun"),
  diedFrom: z.iso.datetime({ offset: true }).optional().describe("Given up at this instant or later"),
  diedBefore: z.iso.datetime({ offset: true }).optional(),
};

/** Filters of a list of dead letters. */
export const letterFilterFields = { ...letterTexts, generation: generation.optional() };
