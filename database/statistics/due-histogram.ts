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

/** What waits (SCHEDULED, UNKNOWN), by the hour in which it is due; hours that are past are what is overdue. What a person holds has none. */
export async function dueHistogram(client: Queryable, scope: StatisticsScope): Promise<readonly DueHour[]> {
  const { condition, values } = scopeOf(scope);
  // As numbers: a driver takes longer to read some hundred instants than the server to add them up.
  const { rows } = await client.query<Omit<DueHour, "hour"> & { readonly hourMs: number }>(
    `select extract(epoch from due_hour)::float8 * 1000 as "hourMs", channel, reason, sum(messages)::bigint as messages
       from notification_counts where due_hour is not null and reason <> 'held' and ${condition}
      group by 1, 2, 3 having sum(messages) <> 0 order by 1, 2, 3`,
    values,
  );
  return rows.map(({ hourMs, ...rest }) => ({ hour: new Date(hourMs), ...rest }));
}
