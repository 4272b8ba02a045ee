import type { Queryable } from "../../platform/postgres.ts";
import { orderColumns, type KeptOrder } from "./order-row.ts";

/** The kept order of that id; null when there is none. With `locked` nobody else decides it until the transaction ends. */
export async function findOrder(client: Queryable, id: string, locked: boolean): Promise<KeptOrder | null> {
  const { rows } = await client.query<KeptOrder>(
    `select ${orderColumns} from delivery_orders o where o.id = $1 ${locked ? "for update" : ""}`,
    [id],
  );
  return rows[0] ?? null;
}
