import type { Queryable } from "../../platform/postgres.ts";
import { scopeOf, type StatisticsScope } from "./scope.ts";

/** Messages that are due in one hour of the billing clock. */
export interface DueHour {
  readonly hour: Date;
  readonly channel: string;
  /** What they wait for: `send-day`, `quiet-hours`, `retry`, … */
  readonly reason: string;
  readonly messages: number;
}

/** What waits (SCHEDULED, UNKNOWN), by the hour in which it is due; hours that are past are what is overdue. */
export async function dueHistogram(client: Queryable, scope: StatisticsScope): Promise<readonly DueHour[]> {
  const { condition, values } = scopeOf(scope);
  const { rows } = await client.query<DueHour>(
    `select due_hour as hour, channel, reason, sum(messages)::bigint as messages
       from notification_counts where due_hour is not null and ${condition}
      group by 1, 2, 3 having sum(messages) <> 0 order by 1, 2, 3`,
    values,
  );
  return rows;
}
