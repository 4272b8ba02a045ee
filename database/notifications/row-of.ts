import type { Channel } from "../../notification/channel.ts";
import type { DeadCause, DueReason, Message, NotificationRow } from "../../notification/notification-row.ts";
import { fallbacksOf } from "./channel-plan-text.ts";

/** What `rowColumns` selects. */
export interface RowColumns {
  readonly billId: number;
  readonly messageGeneration: number;
  readonly seq: number;
  readonly attempt: number;
  readonly unknownOutcomes: number;
  /** Null = nobody may hold the key. */
  readonly provider: string | null;
  readonly channel: Channel;
  readonly channelPlan: string;
  readonly state: NotificationRow["state"];
  readonly reason: string;
  readonly dueAtMs: number;
  readonly leaseUntilMs: number | null;
  /** Comma-separated; null = none. */
  readonly bounced: string | null;
}

/** The columns of `notifications n` that make a row of the state machine. */
export const rowColumns = `n.bill_id as "billId", n.message_generation as "messageGeneration", n.seq, n.attempt,
         n.unknown_outcomes as "unknownOutcomes", n.provider, n.channel, n.channel_plan as "channelPlan", n.state, n.reason,
         extract(epoch from n.due_at)::float8 * 1000 as "dueAtMs",
         extract(epoch from n.lease_until)::float8 * 1000 as "leaseUntilMs", n.bounced`;

/** A row as the state machine knows it. */
export function rowOf(columns: RowColumns, generation: number): NotificationRow {
  const { billId, messageGeneration, seq, attempt, unknownOutcomes, provider } = columns;
  const { channel, channelPlan, bounced } = columns;
  const fallbacks = fallbacksOf(channelPlan, channel);
  const message: Message = {
    ...{ billId, generation, messageGeneration, seq, attempt, unknownOutcomes, provider, channel, fallbacks },
    ...(bounced !== null && { bounced: bounced.split(",") as Channel[] }),
  };
  const { state, reason, dueAtMs, leaseUntilMs } = columns;
  switch (state) {
    case "SCHEDULED":
      return { ...message, state, dueAtMs, reason: reason as DueReason };
    case "UNKNOWN":
      return { ...message, state, dueAtMs };
    case "SENDING":
      return { ...message, state, leaseUntilMs: leaseUntilMs ?? 0 };
    case "DEAD":
      return { ...message, state, cause: reason as DeadCause };
    default:
      return { ...message, state };
  }
}
