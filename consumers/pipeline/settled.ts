import type { AttemptRow, ResultRow } from "../../database/notifications/write-results.ts";
import type { NotificationRow } from "../../notification/notification-row.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { SendResult } from "../sender.ts";
import type { ClaimedMessage } from "./claimed-message.ts";

/** A claimed message whose fate is decided and not yet written. */
export interface SettledMessage {
  readonly message: ClaimedMessage;
  /** The row as it is to be; null when the send changes nothing and is only recorded. */
  readonly row: NotificationRow | null;
  readonly attempt: AttemptRow | null;
  readonly providerMessageId: string | null;
  readonly detail: string;
  /** What was to be sent, sealed; only for what is DEAD. */
  readonly payloadEncrypted: Buffer | null;
}

/** The send as it is recorded, whatever became of the row. */
export function attemptRow(
  { row, bill }: ClaimedMessage,
  result: SendResult,
  times: { readonly startedAtMs: number; readonly durationMs: number },
): AttemptRow {
  return {
    billId: row.billId,
    messageGeneration: row.messageGeneration,
    channel: row.channel,
    provider: bill.provider,
    attempt: bill.attempt,
    seq: row.seq,
    outcome: result.outcome.kind,
    detail: result.detail,
    providerMessageId: result.providerMessageId,
    addressIndex: bill.addressIndex,
    startedAtMs: times.startedAtMs,
    durationMs: Math.round(times.durationMs),
  };
}

/** The columns that a settled message writes; null when its row stays. */
export function resultRow({ row, providerMessageId }: SettledMessage): ResultRow | null {
  if (row === null) return null;
  const { billId, messageGeneration, seq, channel, attempt, unknownOutcomes, provider } = row;
  const common = {
    ...{ billId, messageGeneration, seq, channel, attempt, unknownOutcomes, provider, providerMessageId },
  };
  switch (row.state) {
    case "SENT":
      return { ...common, state: "SENT", reason: "sent", dueAtMs: null };
    case "SCHEDULED":
      return { ...common, state: "SCHEDULED", reason: row.reason, dueAtMs: row.dueAtMs };
    case "UNKNOWN":
      return { ...common, state: "UNKNOWN", reason: "unknown-outcome", dueAtMs: row.dueAtMs };
    case "DEAD":
      return { ...common, state: "DEAD", reason: row.cause, dueAtMs: null };
    default:
      throw new PermanentError("bad-transition", `no send ends in ${row.state}`);
  }
}
