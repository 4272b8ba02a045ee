import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** Those of the bills for which this generation has no message at all. */
export async function unknownBills(
  client: Queryable,
  { period, generation }: GenerationAddress,
  billIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<{ billId: number }>(
    `select bill_id as "billId" from notifications
      where generation = $1 and bill_id >= $2 and bill_id < $3 and bill_id = any($4::bigint[])`,
    [generation, from, to, billIds],
  );
  const known = new Set(rows.map(({ billId }) => billId));
  return new Set(billIds.filter((billId) => !known.has(billId)));
}
