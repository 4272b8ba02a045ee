import type { Queryable } from "../../platform/postgres.ts";
import { adjustmentColumns, type AdjustmentOrder } from "./adjustment-row.ts";

/** The order of this number, with `locked` until the transaction ends; null when there is none. */
export async function readAdjustment(
  client: Queryable,
  adjustmentId: number,
  locked = false,
): Promise<AdjustmentOrder | null> {
  const { rows } = await client.query<AdjustmentOrder>(
    `select ${adjustmentColumns}
       from adjustment_orders o join accounts a on a.id = o.account_id
      where o.id = $1 ${locked ? "for update of o" : ""}`,
    [adjustmentId],
  );
  return rows[0] ?? null;
}
