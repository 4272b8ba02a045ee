import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "../generations/address.ts";

/** An adjustment as it is ordered. */
export interface NewAdjustment {
  readonly accountId: number;
  readonly period: string;
  readonly kind: "taxable" | "final";
  readonly amountMinor: number;
  readonly reason: string;
  readonly creditOf: number | null;
  readonly createdBy: string;
}

/** Adds an order that waits for approval; returns its number. The account must be there. */
export async function insertAdjustmentOrder(client: Queryable, order: NewAdjustment): Promise<number> {
  const { accountId, period, kind, amountMinor, reason, creditOf, createdBy } = order;
  const { rows } = await client.query<{ id: number }>(
    `insert into adjustment_orders (account_id, period, kind, amount_minor, reason, credit_of, created_by)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [accountId, periodDate(period), kind, amountMinor, reason, creditOf, createdBy],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("the adjustment was not inserted");
  return row.id;
}

/**
 * Records an order that waits: from now on settlement reads it. Only in a transaction that has locked the order and its open
 * month (`lockOpenPeriod`). `decidedBy` null = it needed nobody's approval.
 */
export async function recordAdjustment(
  client: Queryable,
  adjustmentId: number,
  { decidedBy, reason }: { readonly decidedBy: string | null; readonly reason: string | null },
): Promise<void> {
  const { rowCount } = await client.query(
    `with recorded as (
       insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
       select o.account_id, a.bucket, o.period, o.kind, o.amount_minor, o.reason, o.created_by
         from adjustment_orders o join accounts a on a.id = o.account_id
        where o.id = $1 and o.state = 'pending'
       returning id
     )
     update adjustment_orders o
        set state = 'recorded', recorded_as = recorded.id, decided_by = $2, decision_reason = $3,
            decided_at = case when $2::text is null then null else clock_timestamp() end
       from recorded
      where o.id = $1`,
    [adjustmentId, decidedBy, reason],
  );
  if (rowCount !== 1) throw new Error(`adjustment ${adjustmentId} was not waiting`);
}

/** Rejects an order that waits; settlement never sees it. */
export async function rejectAdjustment(
  client: Queryable,
  adjustmentId: number,
  { decidedBy, reason }: { readonly decidedBy: string; readonly reason: string },
): Promise<void> {
  const { rowCount } = await client.query(
    `update adjustment_orders
        set state = 'rejected', decided_by = $2, decided_at = clock_timestamp(), decision_reason = $3
      where id = $1 and state = 'pending'`,
    [adjustmentId, decidedBy, reason],
  );
  if (rowCount !== 1) throw new Error(`adjustment ${adjustmentId} was not waiting`);
}
