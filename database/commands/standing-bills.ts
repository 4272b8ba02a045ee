import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/**
 * Those of the bills, as this generation has them, that the member owes today: the live generation has the very same
 * bill, and no later generation has planned a message for it. All bills of the live generation are.
 */
export async function standingBills(
  client: Queryable,
  { period, generation, live }: GenerationAddress & { readonly live: boolean },
  billIds: readonly number[],
): Promise<ReadonlySet<number>> {
  if (live) return new Set(billIds);
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<{ billId: number }>(
    `select o.bill_id as "billId"
       from bills o
       join bills c on c.bill_id = o.bill_id and c.digest = o.digest
      where o.generation = $1 and o.bill_id >= $2 and o.bill_id < $3 and o.bill_id = any($4::bigint[])
        and c.generation = (select number from generations where period = $5 and state = 'live')
        and c.bill_id >= $2 and c.bill_id < $3 and c.bill_id = any($4::bigint[])
        and not exists (
          select from notifications later
           where later.bill_id = o.bill_id and later.bill_id >= $2 and later.bill_id < $3
             and later.generation > $1)`,
    [generation, from, to, billIds, periodDate(period)],
  );
  return new Set(rows.map(({ billId }) => billId));
}
