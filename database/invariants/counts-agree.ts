import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

/**
 * The counts that are kept beside the messages and attempts of a month are those of the rows, place by place: one
 * snapshot of both, so that it holds while delivery runs too.
 */
export async function countsAgree(client: Queryable, { period }: GenerationAddress): Promise<Invariant> {
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<{ places: number; wrong: number; sends: number; wrongSends: number }>(
    `with place as (
       select generation, state, channel, reason, due_hour_of(state, due_at) as due_hour, count(*) as rows, 0 as counted
         from notifications where bill_id >= ${from} and bill_id < ${to} group by 1, 2, 3, 4, 5
       union all
       select generation, state, channel, reason, due_hour, 0, sum(messages)
         from notification_counts where period = $1 group by 1, 2, 3, 4, 5
     ), judged as (
       select sum(rows) as rows, sum(counted) as counted from place group by generation, state, channel, reason, due_hour
     ), send as (
       select generation, channel, outcome, date_bin('1 minute', started_at, '2000-01-01Z') as minute, count(*) as rows,
              0 as counted
         from notification_attempts where bill_id >= ${from} and bill_id < ${to} group by 1, 2, 3, 4
       union all
       select generation, channel, outcome, minute, 0, sum(sends) from send_counts where period = $1 group by 1, 2, 3, 4
     ), judged_sends as (
       select sum(rows) as rows, sum(counted) as counted from send group by generation, channel, outcome, minute
     )
     select (select count(*) from judged) as places, (select count(*) from judged where rows <> counted) as wrong,
       (select coalesce(sum(rows), 0)::bigint from judged_sends) as sends,
       (select count(*) from judged_sends where rows <> counted) as "wrongSends"`,
    [periodDate(period)],
  );
  const { places, wrong, sends, wrongSends } = rows[0] ?? { places: 0, wrong: 0, sends: 0, wrongSends: 0 };
  return {
    name: "counts-are-those-of-the-rows",
    holds: wrong + wrongSends === 0,
    detail: `${places} places of messages, ${wrong} counted wrong; ${sends} sends, ${wrongSends} minutes counted wrong`,
  };
}
