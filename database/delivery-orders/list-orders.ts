import type { Queryable } from "../../platform/postgres.ts";
import { orderColumns, type KeptOrder } from "./order-row.ts";

/** Which kept orders; `before` is the key of the last one of the page before. */
export interface OrderFilter {
  /** Only those that an approver may still decide. */
  readonly pending: boolean;
  readonly before: readonly [createdAt: string, id: string] | null;
}

/** Kept orders, the newest first. */
export async function listOrders(
  client: Queryable,
  { pending, before }: OrderFilter,
  limit: number,
): Promise<readonly KeptOrder[]> {
  const [createdAt, id] = before ?? [null, null];
  const { rows } = await client.query<KeptOrder>(
    `select ${orderColumns} from delivery_orders o
      where ($1::timestamptz is null or (o.created_at, o.id) < ($1, $2::uuid))
        ${pending ? "and o.state = 'pending' and o.expires_at > clock_timestamp()" : ""}
      order by o.created_at desc, o.id desc
      limit $3`,
    [createdAt, id, limit],
  );
  return rows;
}
