import type { Queryable } from "../../platform/postgres.ts";
import type { OrderToKeep } from "./order-row.ts";

/** Keeps an order for an approver, for so many hours; in the transaction of the command that gives it. */
export async function keepOrder(client: Queryable, kept: OrderToKeep, hours: number): Promise<void> {
  const { id, kind, order, target, maker, reason, foreseen } = kept;
  await client.query(
    `insert into delivery_orders (id, kind, "order", target, maker, reason, foreseen, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + $8 * interval '1 hour')`,
    [id, kind, order, target, maker, reason, foreseen, hours],
  );
}
