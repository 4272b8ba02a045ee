import type { Channel } from "./channel.ts";
import { messageOf, type DeliveryState, type Message, type NotificationRow } from "./notification-row.ts";
import type { QuietHours } from "./quiet-hours.ts";
import type { RetryLadder } from "./retry-ladder.ts";

/** What a transition needs to know beyond the row and the event: the policy's numbers and the member's quiet hours. */
export interface DeliveryRules {
  readonly ladders: Readonly<Record<Channel, RetryLadder>>;
  /** Unknown outcomes after which a message is dead rather than sent once more. */
  readonly maxUnknownOutcomes: number;
  readonly quiet: QuietHours;
}

/** Why an event changes nothing. None is an error: duplicates and latecomers are part of the design. */
export type Refusal =
  /** The row's state does not know this event. */
  | "wrong-state"
  /** A claim check or result of an earlier queueing. */
  | "stale-seq"
  /** A result or receipt of a message that was redriven or resent since. */
  | "stale-message"
  | "not-due"
  /** A person holds it; it is let go first. */
  | "held"
  /** Nobody holds it. */
  | "not-held"
  | "lease-holds"
  /** The message has arrived already. */
  | "already-sent"
  /** The channel bounced this message for good: what else is told of it there does not count. */
  | "bounced"
  /** A receipt that is kept and moves nothing: a soft bounce. */
  | "recorded-only"
  /** A receipt of a channel that is not the one by which the message arrived, or that was not tried yet. */
  | "other-channel"
  /** A redrive or resend without any usable channel. */
  | "no-channel"
  /** A resend must say why. */
  | "no-reason";

/** The row as it is to be, or why it stays as it is. */
export type Transition =
  | { readonly kind: "moved"; readonly row: NotificationRow }
  | { readonly kind: "refused"; readonly why: Refusal };

/** The message of `row`, with `changes`, in `state`. */
export function moved(
  row: NotificationRow,
  state: DeliveryState,
  changes: Partial<Message> = {},
): Transition {
  return { kind: "moved", row: { ...messageOf(row), ...changes, ...state } };
}

/** The row stays. */
export function refused(why: Refusal): Transition {
  return { kind: "refused", why };
}
