import type { Queryable } from "../../platform/postgres.ts";

/** Sends of one channel that began lately and ended in one way. */
export interface LatelySent {
  readonly channel: string;
  readonly outcome: string;
  readonly sends: number;
}

/** Ends of sends that began in so many last minutes of the billing clock, of all generations: a probe of an index each. */
export async function latelySent(client: Queryable, minutes: number): Promise<readonly LatelySent[]> {
  const { rows } = await client.query<LatelySent>(
    `select s.channel, s.outcome, sum(s.sends)::bigint as sends
       from generations g
      cross join lateral (
        select channel, outcome, sends from send_counts c
         where c.period = g.period and c.generation = g.number
           and c.minute > billing_now() - $1::int * interval '1 minute') s
      group by 1, 2 order by 1, 2`,
    [minutes],
  );
  return rows;
}
