import type { Queryable } from "../../platform/postgres.ts";

/** Holds delivery in this database, unless it is held; the row outlives who noticed. Returns whether that was a change. */
export async function holdDelivery(
  client: Queryable,
  hold: { readonly cause: "by-order" | "went-back"; readonly by: string; readonly reason: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update delivery_arming
        set held_cause = $1, changed_by = $2, reason = $3, changed_at = clock_timestamp()
      where held_cause is null`,
    [hold.cause, hold.by, hold.reason],
  );
  return rowCount === 1;
}
