import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "../generations/address.ts";
import { adjustmentColumns, type AdjustmentOrder } from "./adjustment-row.ts";

/** Which orders; what is left out does not matter. */
export interface AdjustmentFilter {
  readonly accountId?: number | undefined;
  readonly period?: string | undefined;
  readonly state?: string | undefined;
  /** Only orders older than this one. */
  readonly before?: number | undefined;
}

/** The newest orders first, by key. */
export async function listAdjustments(
  client: Queryable,
  { accountId, period, state, before }: AdjustmentFilter,
  limit: number,
): Promise<readonly AdjustmentOrder[]> {
  const { rows } = await client.query<AdjustmentOrder>(
    `select ${adjustmentColumns}
       from adjustment_orders o join accounts a on a.id = o.account_id
      where ($1::bigint is null or o.id < $1) and ($2::bigint is null or o.account_id = $2)
        and ($3::date is null or o.period = $3) and ($4::text is null or o.state = $4)
      order by o.id desc
      limit $5`,
    [
      before ?? null,
      accountId ?? null,
      period === undefined ? null : periodDate(period),
      state ?? null,
      limit,
    ],
  );
  return rows;
}
