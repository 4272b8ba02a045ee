import type { Queryable } from "../../platform/postgres.ts";
import { scopeOf, type StatisticsScope } from "./scope.ts";

/** Messages of one generation that stand in one place. */
export interface MessageCount {
  readonly period: string;
  readonly generation: number;
  readonly state: string;
  readonly channel: string;
  readonly reason: string;
  readonly messages: number;
}

/**
 * How many messages stand where, by generation, state, channel and reason: what the rows add up to at this statement's
 * snapshot. Added up from some thousand sums, so that it costs the same for a thousand messages and a million.
 */
export async function messageCounts(
  client: Queryable,
  scope: StatisticsScope,
): Promise<readonly MessageCount[]> {
  const { condition, values } = scopeOf(scope);
  const { rows } = await client.query<MessageCount>(
    `select to_char(period, 'YYYY-MM') as period, generation, state, channel, reason, sum(messages)::bigint as messages
       from notification_counts where ${condition}
      group by 1, 2, 3, 4, 5 having sum(messages) <> 0 order by 1, 2, 3, 4, 5`,
    values,
  );
  return rows;
}
