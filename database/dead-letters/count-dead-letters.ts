import type { Queryable } from "../../platform/postgres.ts";
import { deadLetterCondition, type DeadLetterFilter } from "./filter.ts";

/** How many of one kind. */
export interface DeadLetterCount {
  readonly channel: string;
  readonly cause: string;
  readonly letters: number;
}

/** Counts by channel and cause. */
export interface DeadLetterCounts {
  readonly counts: readonly DeadLetterCount[];
  /** There are more than were counted. */
  readonly atLeast: boolean;
}

/** Counts the letters of a filter, the first `limit` of them: an outage leaves millions, and nobody needs the last digit. */
export async function countDeadLetters(
  client: Queryable,
  filter: DeadLetterFilter,
  limit: number,
): Promise<DeadLetterCounts> {
  const values: unknown[] = [limit];
  const { rows } = await client.query<DeadLetterCount>(
    `select channel, cause, count(*) as letters
       from (select d.channel, d.cause from dead_letters d
              where ${deadLetterCondition(filter, values)} limit $1) counted
      group by channel, cause
      order by letters desc, channel, cause`,
    values,
  );
  const total = rows.reduce((sum, { letters }) => sum + letters, 0);
  return { counts: rows, atLeast: total >= limit };
}
