import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { scopeOf, type StatisticsScope } from "./scope.ts";

/** The newest generation within a scope that has, or had, messages; null when none has. One probe of an index. */
export async function newestScope(
  client: Queryable,
  scope: StatisticsScope,
): Promise<GenerationAddress | null> {
  const { condition, values } = scopeOf(scope);
  const { rows } = await client.query<GenerationAddress>(
    `select to_char(newest.period, 'YYYY-MM') as period, newest.generation
       from (select period, generation from notification_counts where ${condition}
              order by period desc, generation desc limit 1) newest`,
    values,
  );
  return rows[0] ?? null;
}
