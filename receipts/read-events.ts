import { z } from "zod";
import type { Receipt } from "../database/receipts/receipt-row.ts";
import { CHANNEL_NAMES, isChannelName } from "../notification/channels/registry.ts";
import { parseIdempotencyKey } from "../notification/idempotency-key.ts";

/** An event that cannot be used: which, and why. Holds field names, never a value. */
export interface RejectedEvent {
  /** Its place in the batch, from 0. */
  readonly index: number;
  readonly problems: readonly string[];
}

/** The events of a body: those that can be used, by their place, and those that cannot. */
export interface ReadEvents {
  readonly receipts: readonly { readonly index: number; readonly receipt: Receipt }[];
  readonly rejected: readonly RejectedEvent[];
}

/** A body that is no batch at all. */
export interface UnreadableBody {
  readonly problem: string;
}

const printable = (longest: number): z.ZodString =>
  z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces")
    .max(longest, `must not be longer than ${longest} characters`);

/** An event as providers send it. Unknown fields are ignored: recipients' addresses, sentences, whatever else they add. */
const eventForm = z.object({
  id: printable(200),
  kind: z.enum(["delivered", "bounced", "complained"]),
  bounce: z.enum(["hard", "soft"]).optional(),
  key: printable(100).optional(),
  messageId: printable(200).optional(),
  channel: z.enum(CHANNEL_NAMES).optional(),
  occurredAt: z.iso.datetime({ offset: true }),
  code: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, "must be a code of letters, digits, dot, hyphen and underscore")
    .optional(),
});

type EventFields = z.output<typeof eventForm>;

/** Reads a JSON body: one event, or `{"events": […]}`, or a list of them; each event by itself. */
export function readEvents(source: string, body: Buffer, maxEvents: number): ReadEvents | UnreadableBody {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return { problem: "the body is no JSON in UTF-8" };
  }
  const events = eventsOf(document);
  if (events === null) return { problem: "the body must be an event, a list of events, or {events: [...]}" };
  if (events.length === 0) return { problem: "there is no event in the body" };
  if (events.length > maxEvents) return { problem: `send at most ${maxEvents} events at once` };
  const receipts: { index: number; receipt: Receipt }[] = [];
  const rejected: RejectedEvent[] = [];
  for (const [index, event] of events.entries()) {
    const reading = readEvent(source, event);
    if (Array.isArray(reading)) rejected.push({ index, problems: reading });
    else receipts.push({ index, receipt: reading });
  }
  return { receipts, rejected };
}

function eventsOf(document: unknown): readonly unknown[] | null {
  if (Array.isArray(document)) return document as unknown[];
  if (typeof document !== "object" || document === null) return null;
  if (!("events" in document)) return [document];
  return Array.isArray(document.events) ? document.events : null;
}

function readEvent(source: string, event: unknown): Receipt | string[] {
  const parsed = eventForm.safeParse(event);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => `${issue.path.join(".") || "event"}: ${issue.message}`);
  }
  const problems: string[] = [];
  const receipt = receiptOf(source, parsed.data, problems);
  return receipt === null || problems.length > 0 ? problems : receipt;
}

/** The receipt of a well-formed event; adds what does not go together to `problems`. */
function receiptOf(source: string, event: EventFields, problems: string[]): Receipt | null {
  const { kind, bounce, key, messageId } = event;
  if (kind === "bounced" && bounce === undefined) problems.push("bounce: say hard or soft");
  if (kind !== "bounced" && bounce !== undefined) problems.push("bounce: only of kind bounced");
  const message = key === undefined ? null : parseIdempotencyKey(key);
  if (key !== undefined && message === null) {
    problems.push("key: must be the idempotency key as it was sent, e.g. 2026100000000001.g1:email:m1");
  }
  if (key === undefined && messageId === undefined) {
    problems.push("key or messageId: one of them must name the message");
  }
  const channel = message?.channel ?? event.channel ?? (isChannelName(source) ? source : undefined);
  if (channel === undefined) {
    problems.push("channel: needed where neither the key nor the path names it");
    return null;
  }
  if (event.channel !== undefined && event.channel !== channel) {
    problems.push("channel: is not that of the key");
  }
  return {
    eventId: event.id,
    kind: kind === "delivered" ? "delivered" : kind === "complained" ? "complaint" : bounced(bounce),
    code: event.code ?? "",
    channel,
    message,
    providerMessageId: messageId ?? null,
    occurredAtMs: Date.parse(event.occurredAt),
  };
}

function bounced(bounce: "hard" | "soft" | undefined): Receipt["kind"] {
  return bounce === "hard" ? "hard-bounce" : "soft-bounce";
}
