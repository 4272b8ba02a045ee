import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/**
 * By how many percent the bill rose that rose most against the account's bill of `baseline`; 0 when none rose. A bill
 * that was zero before has no percentage and is not counted. Joins two whole generations: about 2 s a million bills.
 */
export async function largestBillIncreasePercent(
  client: Queryable,
  address: GenerationAddress,
  baseline: GenerationAddress,
): Promise<number> {
  const now = billIdRange(address.period);
  const before = billIdRange(baseline.period);
  const { rows } = await client.query<{ percent: number }>(
    `select coalesce(max((after.total_minor - before.total_minor) * 100.0 / before.total_minor), 0)::float8 as percent
     from bill_totals after join bill_totals before using (account_id)
     where after.bill_id >= $1 and after.bill_id < $2 and after.generation = $3
       and before.bill_id >= $4 and before.bill_id < $5 and before.generation = $6
       and before.total_minor > 0 and after.total_minor > before.total_minor`,
    [now.from, now.to, address.generation, before.from, before.to, baseline.generation],
  );
  return rows[0]?.percent ?? 0;
}
