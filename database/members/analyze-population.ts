import type { Queryable } from "../../platform/postgres.ts";

/** Gathers the planner's statistics after a bulk load; without them the first settlement plans for empty tables. */
export async function analyzePopulation(client: Queryable): Promise<void> {
  await client.query(
    "analyze members, families, accounts, subscriptions, suspensions, contracts, add_ons, adjustments, usage_records",
  );
}
