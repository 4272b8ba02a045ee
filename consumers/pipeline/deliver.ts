import type { ContactState } from "../../notification/channel-plan.ts";
import { keyOf } from "../../notification/notification-row.ts";
import { isQuiet } from "../../notification/quiet-hours.ts";
import { transition } from "../../notification/state.ts";
import { isTimeZone } from "../../notification/zone-offset.ts";
import type { ColumnCipher } from "../../platform/encryption.ts";
import { PermanentError, RetryableError } from "../../platform/errors.ts";
import { faultPoint } from "../../platform/fault-points.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Tracing } from "../../platform/tracing/tracing.ts";
import type { MessageSender, OutgoingMessage, SendResult } from "../sender.ts";
import { beforeSend } from "./before-send.ts";
import { billingNowMs, isWaitingToLeave, type ClaimedMessage } from "./claimed-message.ts";
import { forcedInQuietHours } from "./forced.ts";
import type { ConsumerMetrics } from "./metrics.ts";
import type { GatedMessage, ProviderGate } from "./provider-gate.ts";
import { attemptRow, type SettledMessage } from "./settled.ts";
import { traceSend } from "./trace-send.ts";

/** What a channel adds to the pipeline: how a message is composed, and who sends it. */
export interface ChannelDelivery<Content> {
  readonly hasContact: (message: ClaimedMessage) => boolean;
  /** Decrypts the contact and renders. Throws PermanentError when this one message can never be composed. */
  readonly compose: (message: ClaimedMessage) => { readonly to: string; readonly content: Content };
  /** By the provider's name. */
  readonly senders: ReadonlyMap<string, MessageSender<Content>>;
}

/** What delivering one message needs. */
export interface Delivery<Content> extends ChannelDelivery<Content> {
  readonly gate: ProviderGate;
  readonly cipher: ColumnCipher;
  readonly metrics: ConsumerMetrics;
  readonly logger: Logger;
  readonly tracing: Tracing;
}

/** Takes a claimed message to its end: held back, or sent and the outcome judged. Never rejects, writes nothing. */
export async function deliver<Content>(
  delivery: Delivery<Content>,
  message: ClaimedMessage,
): Promise<SettledMessage> {
  const spans = traceSend(delivery.tracing, message);
  const decision = beforeSend(message, contactOf(delivery, message));
  if (decision.kind === "settled") {
    delivery.metrics.heldBack(decision.why);
    spans.heldBack(decision.why);
    const settled = { message, row: decision.row, attempt: null, providerMessageId: null };
    return { ...settled, detail: decision.why, payloadEncrypted: null };
  }
  const startedAtMs = billingNowMs(message);
  const begunMs = performance.now();
  const outgoing = composed(delivery, message);
  const sender = delivery.senders.get(message.bill.provider);
  spans.calling();
  const result = "detail" in outgoing ? outgoing : ((await sender?.send(outgoing)) ?? gone);
  faultPoint("consumer.after-send");
  const durationMs = performance.now() - begunMs;
  spans.ended(result);
  const { provider } = message.bill;
  const { outcome } = result;
  delivery.metrics.sent({ provider, outcome: outcome.kind, seconds: durationMs / 1_000 });
  if (sender !== undefined && disturbed(message, startedAtMs)) delivery.metrics.sentInQuietHours();
  const gated = gatedMessage(message);
  // Of one that is not configured no breaker knows, and nothing was sent.
  if (sender !== undefined) delivery.gate.record({ ...gated, outcome, durationMs });
  const settled = judged(message, result, delivery.gate.mayFallBack(gated));
  return {
    ...settled,
    attempt: attemptRow(message, result, { startedAtMs, durationMs }),
    payloadEncrypted: settled.row?.state === "DEAD" ? sealed(delivery, message, outgoing) : null,
  };
}

function contactOf<Content>(delivery: Delivery<Content>, message: ClaimedMessage): ContactState {
  if (!delivery.hasContact(message)) return "missing";
  return message.bill.suppressed ? "suppressed" : "usable";
}

/** Whether a send that began then broke the member's rest: judged anew, by what the generation and the member say. */
function disturbed({ bill, book }: ClaimedMessage, startedAtMs: number): boolean {
  return bill.reason !== forcedInQuietHours && isQuiet(startedAtMs, book.rulesOf(bill).quiet);
}

/**
 * The outcome at a provider that is configured no more. The message may have been accepted there, so it goes to no other:
 * it stays UNKNOWN, and in the end is for a person to decide.
 */
const gone: SendResult = {
  outcome: { kind: "unknown" },
  providerMessageId: null,
  detail: "provider-not-configured",
};

/** What the gate needs to know of a claimed message. */
export function gatedMessage(message: ClaimedMessage): GatedMessage {
  return { provider: message.bill.provider, isWaiting: isWaitingToLeave(message) };
}

/** The message goes back unsent, its attempt with it, because its provider takes no more now. */
export function postponed(message: ClaimedMessage, detail: string, waitMs: number): SettledMessage {
  const { row, rules } = message;
  const reason = isWaitingToLeave(message) ? "breaker" : "throttled";
  const nowMs = billingNowMs(message);
  const moved = transition(row, { kind: "held-back", seq: row.seq, nowMs, waitMs, reason }, rules);
  const settled = { message, attempt: null, providerMessageId: null, detail, payloadEncrypted: null };
  return { ...settled, row: moved.kind === "moved" ? moved.row : null };
}

function judged(message: ClaimedMessage, result: SendResult, mayFallBack: boolean): SettledMessage {
  const { row, rules } = message;
  const { seq, messageGeneration, channel } = row;
  const moved = transition(
    row,
    {
      kind: "outcome",
      seq,
      messageGeneration,
      channel,
      provider: message.bill.provider,
      nowMs: billingNowMs(message),
      outcome: result.outcome,
      mayFallBack,
    },
    rules,
  );
  const { providerMessageId, detail } = result;
  const settled = { message, attempt: null, providerMessageId, detail, payloadEncrypted: null };
  return { ...settled, row: moved.kind === "moved" ? moved.row : null };
}

/**
 * The message ready to send, or why it could not be composed. What is wrong with this member alone (a contact that
 * does not decrypt) is permanent; anything else, a template or a missing key, is wrong for everybody and is retried.
 */
function composed<Content>(
  { compose, logger }: Delivery<Content>,
  message: ClaimedMessage,
): OutgoingMessage<Content> | SendResult {
  try {
    refuseNoZone(message);
    return { idempotencyKey: keyOf(message.row), ...compose(message) };
  } catch (error) {
    logger.error({ err: error, billId: message.row.billId }, "message could not be composed");
    const permanent = error instanceof PermanentError;
    const detail = permanent || error instanceof RetryableError ? error.code : "render-failed";
    return { outcome: { kind: permanent ? "permanent" : "transient" }, providerMessageId: null, detail };
  }
}

/** The table of members refuses such a zone now; a row from before must not stop the messages beside it, nor wake the member. */
function refuseNoZone({ bill: { timeZone, memberId } }: ClaimedMessage): void {
  if (isTimeZone(timeZone)) return;
  throw new PermanentError(
    "unknown-time-zone",
    `member ${memberId} has the time zone "${timeZone}", which is none`,
  );
}

/** What was to be sent and where to, for the person who redrives it; null when it could not be composed. */
function sealed<Content>(
  { cipher }: Delivery<Content>,
  { row }: ClaimedMessage,
  outgoing: OutgoingMessage<Content> | SendResult,
): Buffer | null {
  if ("detail" in outgoing) return null;
  const address = { table: "dead_letters", column: "payload", row: row.billId };
  return cipher.encrypt(JSON.stringify({ to: outgoing.to, content: outgoing.content }), address);
}
