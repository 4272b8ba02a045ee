import type { Channel } from "./channel.ts";
import { planChannels } from "./channel-plan.ts";
import { CHANNEL_REGISTRY, perChannel } from "./channels/registry.ts";
import { firstDue } from "./due.ts";
import { quietOfMember, type QuietPreference } from "./member-quiet.ts";
import type { NotificationRow } from "./notification-row.ts";
import type { NotificationPolicy } from "./policy.ts";
import { reservationProblem } from "./reservation.ts";
import { transition } from "./state.ts";
import { refused, type DeliveryRules, type Refusal, type Transition } from "./transition.ts";

/** What a person can order for messages, one or many. */
export type DeliveryOrder =
  | { readonly kind: "redrive"; readonly evenIfMaybeSent: boolean }
  /** A dead message once more, over this channel only. */
  | { readonly kind: "convert"; readonly channel: Channel; readonly evenIfMaybeSent: boolean }
  /** Now, whatever the send day; in quiet hours only when asked for, with a reason. */
  | { readonly kind: "force"; readonly evenInQuietHours: boolean; readonly why: string }
  /** At this instant, or at the first after it that is not quiet; at the instant itself only when asked for, with a reason. */
  | {
      readonly kind: "reserve";
      readonly atMs: number;
      readonly evenInQuietHours: boolean;
      readonly why: string;
    }
  | { readonly kind: "resend"; readonly why: string }
  /** It stays until it is let go, also while nothing is released yet. */
  | { readonly kind: "hold"; readonly why: string }
  /** A held message leaves as one that is released now: on the member's send day, or at once. */
  | { readonly kind: "let-go" }
  | { readonly kind: "cancel" };

/** A message with what an order about it depends on. */
export interface OrderedMessage {
  readonly row: NotificationRow;
  /** The message generation the person looked at; null = whichever there is. */
  readonly seenMessageGeneration: number | null;
  /** Whether this is the bill the member owes now, and no later message was planned for it. */
  readonly billHolds: boolean;
  /** Whether the generation may send at all. */
  readonly released: boolean;
  readonly member: MemberWishes;
  readonly policy: NotificationPolicy;
}

/** What a member has and wants, as it stands on the member's row. */
export interface MemberWishes extends QuietPreference {
  /** Day of the month; null = as soon as it is released. */
  readonly sendDay: number | null;
  readonly preferredChannel: Channel | null;
  readonly hasEmail: boolean;
  readonly hasPhone: boolean;
  readonly hasPushToken: boolean;
  /** Channels whose address of this member bounced or complained. */
  readonly suppressed: readonly Channel[];
}

/** Why an order changes nothing. */
export type OrderRefusal =
  | Refusal
  /** A later generation changed the bill: its own message tells the member. */
  | "bill-superseded"
  | "not-released"
  /** It died because nobody knows whether it arrived: once more may be twice for the member. */
  | "maybe-sent"
  /** A reservation for an instant that has passed, or that is more than a year away. */
  | "in-the-past"
  | "too-far";

/** The row as it is to be, or why it stays. */
export type OrderDecision =
  Extract<Transition, { kind: "moved" }> | { readonly kind: "refused"; readonly why: OrderRefusal };

/**
 * What an order makes of one message: the state machine's transition, unless the bill no longer holds, the generation
 * was not released, or the message is not the one that was looked at. Pure.
 */
export function decideOrder(message: OrderedMessage, order: DeliveryOrder, nowMs: number): OrderDecision {
  const { row, seenMessageGeneration } = message;
  if (seenMessageGeneration !== null && seenMessageGeneration !== row.messageGeneration) {
    return refused("stale-message");
  }
  if (order.kind === "cancel") return transition(row, { kind: "cancel" }, rulesOf(message));
  if (!message.billHolds || row.state === "SUPERSEDED") return { kind: "refused", why: "bill-superseded" };
  // A reservation says when, not whether: what is not released by then leaves when it is.
  if (order.kind === "reserve") return reserved(message, order, nowMs);
  if (order.kind === "hold") return held(message, order.why);
  if (order.kind === "let-go") return letGo(message, nowMs);
  if (!message.released) return { kind: "refused", why: "not-released" };
  switch (order.kind) {
    case "redrive":
      return redriven(message, null, order.evenIfMaybeSent, nowMs);
    case "convert":
      return redriven(message, order.channel, order.evenIfMaybeSent, nowMs);
    case "resend": {
      const channels = channelsNow(message, null);
      return transition(row, { kind: "resend", nowMs, channels, why: order.why }, rulesOf(message));
    }
    case "force":
      return forced(message, order, nowMs);
  }
}

function redriven(
  message: OrderedMessage,
  only: Channel | null,
  evenIfMaybeSent: boolean,
  nowMs: number,
): OrderDecision {
  const { row } = message;
  const maybeSent = row.state === "DEAD" && row.cause === "unknown-outcome";
  if (maybeSent && !evenIfMaybeSent) return { kind: "refused", why: "maybe-sent" };
  const channels = channelsNow(message, only);
  return transition(row, { kind: "redrive", nowMs, channels }, rulesOf(message));
}

function forced(
  message: OrderedMessage,
  order: Extract<DeliveryOrder, { kind: "force" }>,
  nowMs: number,
): OrderDecision {
  if (order.evenInQuietHours) return throughQuietHours(message, order.why, nowMs);
  const event = { kind: "reschedule", dueAtMs: nowMs, reason: "forced" } as const;
  return transition(message.row, event, rulesOf(message));
}

function reserved(
  message: OrderedMessage,
  { atMs, evenInQuietHours, why }: Extract<DeliveryOrder, { kind: "reserve" }>,
  nowMs: number,
): OrderDecision {
  const problem = reservationProblem(atMs, nowMs);
  if (problem !== null) return { kind: "refused", why: problem };
  if (evenInQuietHours) return throughQuietHours(message, why, atMs);
  const event = { kind: "reschedule", dueAtMs: atMs, reason: "reserved" } as const;
  return transition(message.row, event, rulesOf(message));
}

function held(message: OrderedMessage, why: string): OrderDecision {
  if (why.trim() === "") return refused("no-reason");
  return transition(message.row, { kind: "hold" }, rulesOf(message));
}

function letGo(message: OrderedMessage, nowMs: number): OrderDecision {
  const { row, member } = message;
  const rules = rulesOf(message);
  // What was tried or sent before is late already.
  const isFresh = row.messageGeneration === 1 && row.attempt === 0 && row.unknownOutcomes === 0;
  const due = firstDue({
    ...{ billId: row.billId, releasedAtMs: nowMs, quiet: rules.quiet, spreadMinutes: 0 },
    sendDay: isFresh ? member.sendDay : null,
  });
  return transition(row, { kind: "let-go", due }, rules);
}

/** At `dueAtMs`, whatever the hour and the day, because a person says why. */
function throughQuietHours(message: OrderedMessage, why: string, dueAtMs: number): OrderDecision {
  if (why.trim() === "") return refused("no-reason");
  const rules = rulesOf(message);
  const awake: DeliveryRules = { ...rules, quiet: { zone: rules.quiet.zone, windows: [] } };
  return transition(message.row, { kind: "reschedule", dueAtMs, reason: "forced-in-quiet-hours" }, awake);
}

/** The channels of a new message, as they would be planned today; with `only`, that one or none. */
function channelsNow({ policy, member }: OrderedMessage, only: Channel | null): readonly Channel[] {
  const has = { email: member.hasEmail, phone: member.hasPhone, pushToken: member.hasPushToken };
  const contacts = perChannel((channel) => {
    if (!has[CHANNEL_REGISTRY[channel].contact]) return "missing";
    return member.suppressed.includes(channel) ? "suppressed" : "usable";
  });
  const order = only === null ? policy.channelOrder : [only];
  return planChannels({ order, preferred: member.preferredChannel, contacts }).channels;
}

function rulesOf({ policy, member }: OrderedMessage): DeliveryRules {
  const { ladders, maxUnknownOutcomes } = policy;
  return { ladders, maxUnknownOutcomes, quiet: quietOfMember(policy, member) };
}
