import type { ClaimedRow } from "../../database/deliverable-bills/claim.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { fallbacksOf } from "../../database/notifications/channel-plan-text.ts";
import type { Channel } from "../../notification/channel.ts";
import type { DueReason, RowIn } from "../../notification/notification-row.ts";
import type { TracePlace } from "../../platform/tracing/trace-ids.ts";
import type { BillBook } from "./bill-books.ts";
import type { DeliveryRules } from "../../notification/transition.ts";

/** A message that this process holds the claim of. */
export interface ClaimedMessage {
  readonly generation: GenerationAddress;
  readonly bill: ClaimedRow;
  readonly row: RowIn<"SENDING">;
  readonly rules: DeliveryRules;
  readonly book: BillBook;
  /** `performance.now()` at the claim. */
  readonly claimedAtMs: number;
  /** The dispatcher's span of it; null or absent = it is not traced. */
  readonly trace?: TracePlace | null;
}

/** The billing clock now: its reading at the claim and the time passed since. */
export function billingNowMs(message: ClaimedMessage): number {
  return message.bill.nowMs + (performance.now() - message.claimedAtMs);
}

const waitsToLeave: DueReason = "breaker";

/** Whether it failed for good before and only the breaker keeps it on its channel. */
export function isWaitingToLeave({ bill }: ClaimedMessage): boolean {
  return bill.reason === waitsToLeave;
}

/** The row as the claim has left it, for the state machine. */
export function sendingRow(
  bill: ClaimedRow,
  channel: Channel,
  { generation }: GenerationAddress,
  leaseUntilMs: number,
): RowIn<"SENDING"> {
  return {
    billId: bill.billId,
    generation,
    messageGeneration: bill.messageGeneration,
    channel,
    fallbacks: fallbacksOf(bill.channelPlan, channel),
    attempt: bill.attempt,
    seq: bill.seq,
    unknownOutcomes: bill.unknownOutcomes,
    provider: bill.provider,
    state: "SENDING",
    leaseUntilMs,
  };
}
