import type { Queryable } from "../../platform/postgres.ts";

/**
 * Folds the changes that statements have added to the counts into one row a sum, of generations that have at least so
 * many; the sums stay what they are. Nothing happens while another process does the same.
 */
export async function foldCounts(client: Queryable, atLeast: number): Promise<void> {
  await client.query("select fold_counts($1)", [atLeast]);
}
