import type { Queryable } from "../../platform/postgres.ts";

/** What became of the messages of one generation. */
export interface PeriodTotals {
  readonly period: string;
  readonly generation: number;
  readonly messages: number;
  readonly sent: number;
  readonly delivered: number;
  readonly open: number;
  readonly dead: number;
  readonly cancelled: number;
  readonly superseded: number;
  readonly attempts: number;
  readonly failedAttempts: number;
}

/** Totals of every generation that has messages, the newest first; added up from the counts. */
export async function periodTotals(client: Queryable): Promise<readonly PeriodTotals[]> {
  const { rows } = await client.query<PeriodTotals>(
    `with standing as (
       select period, generation, sum(messages)::bigint as messages,
              coalesce(sum(messages) filter (where state in ('SENT', 'DELIVERED')), 0)::bigint as sent,
              coalesce(sum(messages) filter (where state = 'DELIVERED'), 0)::bigint as delivered,
              coalesce(sum(messages) filter (where state in ('SCHEDULED', 'QUEUED', 'SENDING', 'UNKNOWN')), 0)::bigint as open,
              coalesce(sum(messages) filter (where state = 'DEAD'), 0)::bigint as dead,
              coalesce(sum(messages) filter (where state = 'CANCELLED'), 0)::bigint as cancelled,
              coalesce(sum(messages) filter (where state = 'SUPERSEDED'), 0)::bigint as superseded
         from notification_counts group by period, generation
     ), tried as (
       select period, generation, sum(sends)::bigint as attempts,
              coalesce(sum(sends) filter (where outcome not in ('accepted', 'throttled')), 0)::bigint as failed
         from send_counts group by period, generation
     )
     select to_char(s.period, 'YYYY-MM') as period, s.generation, s.messages, s.sent, s.delivered, s.open, s.dead, s.cancelled,
            s.superseded, coalesce(t.attempts, 0) as attempts, coalesce(t.failed, 0) as "failedAttempts"
       from standing s left join tried t using (period, generation)
      order by s.period desc, s.generation desc`,
  );
  return rows;
}
