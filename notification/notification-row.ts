import type { Channel } from "./channel.ts";
import { idempotencyKey } from "./idempotency-key.ts";

/** What a message is in every state. One row per bill; a redrive or resend makes it a new message generation. */
export interface Message {
  readonly billId: number;
  /** Generation of the bill. */
  readonly generation: number;
  /** From 1; raised by redrive and resend, and with it the idempotency key changes. */
  readonly messageGeneration: number;
  /** The channel being tried. */
  readonly channel: Channel;
  /** Channels still to try when this one has failed for good, best first. */
  readonly fallbacks: readonly Channel[];
  /** Attempts spent on `channel`; 0 again after each fallback. */
  readonly attempt: number;
  /** Raised each time the row is queued, never lowered. A claim or result of another `seq` is stale. */
  readonly seq: number;
  /** How often this message generation ended in UNKNOWN: each is a send that may have been made twice. */
  readonly unknownOutcomes: number;
  /** Channels that accepted this message generation and then said that it bounced for good; absent = none. */
  readonly bounced?: readonly Channel[];
  /**
   * The provider that may hold the present key: the one being sent at, or whose outcome nobody knows, or that accepted.
   * Null = none, so any may be chosen. An idempotency key is honoured by the provider that saw it first and by no other.
   */
  readonly provider: string | null;
}

/** Why a scheduled message is due when it is. */
export type DueReason =
  | "released"
  | "send-day"
  | "quiet-hours"
  | "reserved"
  /** A person did not want to wait for the send day. */
  | "forced"
  /** Nor for the end of quiet hours, for a reason given: this send ignores them, a retry of it does not. */
  | "forced-in-quiet-hours"
  /** A person holds it: it has no day until it is let go. */
  | "held"
  /** Its channel was paused while it was queued. */
  | "paused"
  /** An earlier generation's message of the same bill is still under way. */
  | "former-message"
  | "retry"
  | "throttled"
  | "breaker"
  | "fallback"
  | "redrive"
  | "resend";

/** Why a message is dead: what goes to the dead-letter topic and to the person who redrives it. */
export type DeadCause =
  /** No channel of the plan has a usable contact. */
  | "no-contact"
  /** The last channel's provider refused for good. */
  | "permanent"
  /** The last channel's attempts are used up. */
  | "exhausted"
  /** The last channel's provider accepted it, and said afterwards that the address does not take it. */
  | "bounced"
  /** It may have been accepted, so neither another attempt nor another channel is safe without a person. */
  | "unknown-outcome";

/** A state with exactly the fields that mean something in it. */
export type DeliveryState =
  | { readonly state: "SCHEDULED"; readonly dueAtMs: number; readonly reason: DueReason }
  | { readonly state: "QUEUED" }
  | { readonly state: "SENDING"; readonly leaseUntilMs: number }
  | { readonly state: "UNKNOWN"; readonly dueAtMs: number }
  | { readonly state: "SENT" }
  | { readonly state: "DELIVERED" }
  | { readonly state: "DEAD"; readonly cause: DeadCause }
  | { readonly state: "CANCELLED" }
  | { readonly state: "SUPERSEDED" };

/** The notification of one bill as it stands in its row. In SENT and DELIVERED `channel` is the one that did it. */
export type NotificationRow = Message & DeliveryState;

/** A row known to be in one state. */
export type RowIn<S extends NotificationRow["state"]> = Message &
  Extract<DeliveryState, { readonly state: S }>;

/** Every state, in the order of a life. */
export const NOTIFICATION_STATES: readonly NotificationRow["state"][] = [
  "SCHEDULED",
  "QUEUED",
  "SENDING",
  "UNKNOWN",
  "SENT",
  "DELIVERED",
  "DEAD",
  "CANCELLED",
  "SUPERSEDED",
];

/** The message without its state, to build the next row from: no field of the old state can linger. */
export function messageOf(row: NotificationRow): Message {
  const { billId, generation, messageGeneration, channel, fallbacks, attempt, seq } = row;
  const { unknownOutcomes, provider, bounced } = row;
  return {
    ...{ billId, generation, messageGeneration, channel, fallbacks, attempt, seq, unknownOutcomes, provider },
    ...(bounced !== undefined && { bounced }),
  };
}

/** Whether `channel` is known to have bounced this message generation for good: no success of it counts any more. */
export function hasBounced(row: Message, channel: Channel): boolean {
  return row.bounced?.includes(channel) === true;
}

/** The idempotency key under which the row's current channel is sent. */
export function keyOf(row: Message): string {
  return idempotencyKey(row);
}

/** Whether the message is still under way: it has neither arrived nor been given up. */
export function isUnderWay(
  row: NotificationRow,
): row is RowIn<"SCHEDULED" | "QUEUED" | "SENDING" | "UNKNOWN"> {
  return (
    row.state === "SCHEDULED" || row.state === "QUEUED" || row.state === "SENDING" || row.state === "UNKNOWN"
  );
}
