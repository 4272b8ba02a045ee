import type { Queryable } from "../../platform/postgres.ts";
import { scopeOf, type StatisticsScope } from "./scope.ts";

/** Sends of one channel that began within one span of time and ended in one way. */
export interface SendResults {
  /** Begin of the span, billing clock. */
  readonly from: Date;
  readonly channel: string;
  readonly outcome: string;
  readonly sends: number;
  readonly meanMs: number;
}

/** Ends of sends over time, in spans of `spanMinutes`; not those that began before `since` (null = all). */
export async function sendResults(
  client: Queryable,
  scope: StatisticsScope,
  { spanMinutes, since }: { readonly spanMinutes: number; readonly since: Date | null },
): Promise<readonly SendResults[]> {
  const { condition, values } = scopeOf(scope);
  const span = `$${values.push(spanMinutes)}`;
  const from = `$${values.push(since)}`;
  const { rows } = await client.query<Omit<SendResults, "from"> & { readonly fromMs: number }>(
    `select extract(epoch from date_bin(${span}::int * interval '1 minute', minute, '2000-01-01Z'))::float8 * 1000 as "fromMs",
            channel, outcome,
            sum(sends)::bigint as sends, (sum(duration_ms) / sum(sends))::float8 as "meanMs"
       from send_counts where ${condition} and (${from}::timestamptz is null or minute >= ${from})
      group by 1, 2, 3 order by 1, 2, 3`,
    values,
  );
  return rows.map(({ fromMs, ...rest }) => ({ from: new Date(fromMs), ...rest }));
}
