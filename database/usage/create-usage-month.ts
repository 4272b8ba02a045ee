import type { Queryable } from "../../platform/postgres.ts";

/** Creates the partitions of a month's usage unless they stand; `period` is `YYYY-MM`. */
export async function createUsageMonth(client: Queryable, period: string): Promise<void> {
  await client.query("select create_usage_month($1::date)", [`${period}-01`]);
}
