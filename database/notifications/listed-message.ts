import type { NotificationRow } from "../../notification/notification-row.ts";

/** A message as lists show it: the member as a number, and no contact. */
export interface ListedMessage {
  readonly billId: number;
  readonly memberId: number;
  readonly period: string;
  readonly generation: number;
  readonly messageGeneration: number;
  readonly state: NotificationRow["state"];
  readonly channel: string;
  readonly channelPlan: readonly string[];
  readonly reason: string;
  readonly attempt: number;
  readonly unknownOutcomes: number;
  readonly provider: string | null;
  /** Billing clock; null = it does not wait. */
  readonly dueAt: Date | null;
  readonly leaseUntil: Date | null;
  readonly updatedAt: Date;
}

/** The columns of a `ListedMessage`, of a table that is called `n`. */
export const listedColumns = `n.bill_id as "billId", n.member_id as "memberId",
  to_char(period_of_bill(n.bill_id), 'YYYY-MM') as period, n.generation,
  n.message_generation as "messageGeneration", n.state, n.channel, string_to_array(n.channel_plan, ',') as "channelPlan",
  n.reason, n.attempt, n.unknown_outcomes as "unknownOutcomes", n.provider,
  case when n.state in ('SCHEDULED', 'UNKNOWN') then n.due_at end as "dueAt", n.lease_until as "leaseUntil",
  n.updated_at as "updatedAt"`;
