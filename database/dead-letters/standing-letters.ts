import type { Queryable } from "../../platform/postgres.ts";

/** Open dead letters of one month by channel and cause. */
export interface StandingLetters {
  readonly period: string;
  readonly channel: string;
  readonly cause: string;
  readonly letters: number;
}

/** How many messages are dead, by the counts: exact, and the same price for ten and for a million. */
export async function standingLetters(client: Queryable): Promise<readonly StandingLetters[]> {
  const { rows } = await client.query<StandingLetters>(
    `select to_char(period, 'YYYY-MM') as period, channel, reason as cause, sum(messages)::bigint as letters
       from notification_counts where state = 'DEAD'
      group by 1, 2, 3 having sum(messages) <> 0
      order by period desc, letters desc, channel, cause`,
  );
  return rows;
}
