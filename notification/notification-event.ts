import type { Channel } from "./channel.ts";
import type { FirstDue } from "./due.ts";
import type { FollowUp } from "./follow-up.ts";
import type { DueReason } from "./notification-row.ts";
import type { ProviderChoice } from "./provider-choice.ts";

/** How one call of a provider ended. The sender classifies; `send-outcome.ts` decides what follows. */
export type SendOutcome =
  | { readonly kind: "accepted" }
  /** Refused for now by a rate limit; nothing was tried, so no attempt is spent. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  | { readonly kind: "transient" }
  /** Never going to work on this channel: an address that does not exist, a blocked number. */
  | { readonly kind: "permanent" }
  /** The provider may or may not have accepted: the connection broke after the request was written. */
  | { readonly kind: "unknown" };

/** The dispatcher queues a row whose time has come. */
export interface DueEvent {
  readonly kind: "due";
  readonly nowMs: number;
}

/** A consumer wants to send the message of claim check `seq`. Quiet hours are those at `nowMs`. */
export interface ClaimEvent {
  readonly kind: "claim";
  readonly seq: number;
  readonly provider: ProviderChoice;
  readonly nowMs: number;
  /** On the machine's clock, see `LeaseExpiredEvent`. */
  readonly leaseUntilMs: number;
}

/** Before sending, the consumer found that the channel's contact is missing or suppressed. */
export interface UnreachableEvent {
  readonly kind: "unreachable";
  readonly seq: number;
  readonly nowMs: number;
  readonly why: "missing" | "suppressed";
}

/**
 * A consumer had claimed the message and does not send it: its provider takes no more now, by its breaker or its rate.
 * Nothing was tried.
 */
export interface HeldBackEvent {
  readonly kind: "held-back";
  readonly seq: number;
  readonly nowMs: number;
  readonly waitMs: number;
  /** `breaker` for a message that had failed for good and waits for the breaker to close, so that it still says so. */
  readonly reason: Extract<DueReason, "throttled" | "breaker">;
}

/** After a batch was claimed in one statement, the consumer found that this member's quiet hours have begun. */
export interface QuietNowEvent {
  readonly kind: "quiet-now";
  readonly seq: number;
  readonly nowMs: number;
}

/** A send ended, perhaps long after its lease. The fields up to `provider` are those it was claimed with. */
export interface OutcomeEvent {
  readonly kind: "outcome";
  readonly seq: number;
  readonly messageGeneration: number;
  readonly channel: Channel;
  readonly provider: string;
  readonly nowMs: number;
  readonly outcome: SendOutcome;
  /** False while the provider's breaker is not closed (`mayFallBack`). */
  readonly mayFallBack: boolean;
}

/**
 * The sweep found a lease in the past. Leases live on the machine's clock, everything else on the billing clock, which
 * a demonstration may advance: work in flight must not look abandoned because a night was skipped.
 */
export interface LeaseExpiredEvent {
  readonly kind: "lease-expired";
  readonly machineNowMs: number;
  readonly nowMs: number;
}

/**
 * What a provider tells afterwards of a message it accepted. `delivered`: mailbox or device has it. `hard-bounce`: the
 * address takes nothing, now or ever. `soft-bounce`: not now; the provider itself tries on. `complaint`: the member had
 * it and called it unwanted.
 */
export type ReceiptKind = "delivered" | "hard-bounce" | "soft-bounce" | "complaint";

/** A provider's receipt, at any time after the acceptance: also before the result of the send is written. */
export interface ReceiptEvent {
  readonly kind: "receipt";
  readonly what: ReceiptKind;
  readonly messageGeneration: number;
  readonly channel: Channel;
  readonly nowMs: number;
  /** Whether this is still the bill that the member owes: of one that is not, nothing is sent over another channel. */
  readonly billHolds: boolean;
}

/** A person or reservation sets another time for what is not yet queued; a forced send is "now". */
export interface RescheduleEvent {
  readonly kind: "reschedule";
  readonly dueAtMs: number;
  readonly reason: Extract<DueReason, "reserved" | "released" | "forced" | "forced-in-quiet-hours">;
}

/** The channel was paused: what no consumer has claimed yet goes back, to be queued again when it is resumed. */
export interface RecallEvent {
  readonly kind: "recall";
  readonly nowMs: number;
}

/** A person holds a message that has not left yet. */
export interface HoldEvent {
  readonly kind: "hold";
}

/** And lets it go again, to leave when `due` says. */
export interface LetGoEvent {
  readonly kind: "let-go";
  readonly due: FirstDue;
}

/** A person tries a dead message again over channels planned afresh (a manual SMS conversion plans only SMS). */
export interface RedriveEvent {
  readonly kind: "redrive";
  readonly nowMs: number;
  readonly channels: readonly Channel[];
}

/** A person sends an arrived message once more and says why. */
export interface ResendEvent {
  readonly kind: "resend";
  readonly nowMs: number;
  readonly channels: readonly Channel[];
  readonly why: string;
}

/** The message of a bill that was settled again is due: what became of the former ones decides what it is. */
export interface FollowUpEvent {
  readonly kind: "follow-up";
  readonly nowMs: number;
  readonly found: FollowUp["kind"];
}

/** A person stops a message that is under way. */
export interface CancelEvent {
  readonly kind: "cancel";
}

/** Another generation of the bill was promoted. */
export interface SupersededEvent {
  readonly kind: "superseded";
}

/** All that can happen to a notification. */
export type NotificationEvent =
  | DueEvent
  | ClaimEvent
  | UnreachableEvent
  | HeldBackEvent
  | QuietNowEvent
  | OutcomeEvent
  | LeaseExpiredEvent
  | ReceiptEvent
  | RescheduleEvent
  | HoldEvent
  | LetGoEvent
  | RecallEvent
  | RedriveEvent
  | ResendEvent
  | FollowUpEvent
  | CancelEvent
  | SupersededEvent;
