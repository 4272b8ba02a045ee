import type { ReceivedRecord } from "../../platform/kafka-consumer.ts";
import { placeOfTraceparent, type TracePlace } from "../../platform/tracing/trace-ids.ts";
import type { TraceSpan, Tracing } from "../../platform/tracing/tracing.ts";
import type { SendResult } from "../sender.ts";
import type { ClaimedMessage } from "./claimed-message.ts";

/** Where the dispatcher's span of a claim check stands; null when it is not traced. */
export function traceOfRecord({ headers }: ReceivedRecord): TracePlace | null {
  for (const header of headers ?? []) {
    const value = header["traceparent"];
    if (value !== undefined) return placeOfTraceparent(value.toString());
  }
  return null;
}

/** The spans of one claimed message, from its claim to what becomes of it. */
export interface SendSpans {
  /** It does not go out, and why. */
  heldBack(why: string): void;
  /** The provider is called. */
  calling(): void;
  /** The provider has answered, or nobody was called. */
  ended(result: SendResult): void;
}

const nothing: SendSpans = { heldBack: () => undefined, calling: () => undefined, ended: () => undefined };

/** Begins the spans of a message that is traced: one for the delivery, and one below it for the provider's answer. */
export function traceSend(
  tracing: Tracing,
  { trace = null, row, bill, generation }: ClaimedMessage,
): SendSpans {
  if (!tracing.isOn || trace === null) return nothing;
  const { channel } = row;
  const delivery = tracing.below(trace, {
    ...{ name: `deliver ${channel}`, kind: "consumer" },
    attributes: {
      ...{ "messaging.system": "kafka", "billing.channel": channel, "billing.period": generation.period },
      ...{ "billing.generation": generation.generation, "billing.bill_id": row.billId },
      ...{ "billing.attempt": bill.attempt, "billing.seq": row.seq },
    },
  });
  if (delivery === null) return nothing;
  let call: TraceSpan | null = null;
  return {
    heldBack: (why) => delivery.end({ attributes: { "billing.held_back": why } }),
    calling: () => {
      call = tracing.below(delivery.place, {
        ...{ name: `send ${channel}`, kind: "client" },
        attributes: { "billing.provider": bill.provider },
      });
    },
    ended: ({ outcome, detail }) => {
      const attributes = { "billing.outcome": outcome.kind };
      const how = { attributes, ...(outcome.kind !== "accepted" && { errorCode: detail || outcome.kind }) };
      call?.end(how);
      delivery.end(how);
    },
  };
}
