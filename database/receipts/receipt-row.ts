import type { Channel } from "../../notification/channel.ts";
import type { MessageIdentity } from "../../notification/idempotency-key.ts";
import type { ReceiptKind } from "../../notification/notification-event.ts";

/** A receipt as a provider told it. */
export interface Receipt {
  /** The provider's own number of the event. */
  readonly eventId: string;
  readonly kind: ReceiptKind;
  /** A code such as `5.1.1`; "" = none. */
  readonly code: string;
  readonly channel: Channel;
  /** The message, where the provider echoed our key; null = to be found by `providerMessageId`. */
  readonly message: MessageIdentity | null;
  readonly providerMessageId: string | null;
  /** By the provider's clock. */
  readonly occurredAtMs: number;
}

/**
 * What became of a receipt: `moved`, or why its message's row stays. `unknown-message`: there is none of that key.
 * `ambiguous`: several have that provider's number. null: waits until a result names its number.
 */
export interface ReceiptEffect {
  readonly message: MessageIdentity | null;
  readonly effect: string | null;
  /** The row's state before and after; null where there is no row. */
  readonly fromState: string | null;
  readonly toState: string | null;
}

/** A receipt and what became of it. */
export interface JudgedReceipt extends ReceiptEffect {
  readonly receipt: Receipt;
}
