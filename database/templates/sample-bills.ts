import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { generationScope } from "../proof/scope.ts";

/** A bill as a template needs it; whose it is, is not read. */
export interface SampleBill {
  readonly billId: number;
  readonly totalMinor: number;
  readonly items: readonly {
    readonly code: string;
    readonly quantityMilli: number;
    readonly rateMicro: number;
    readonly amountMinor: number;
  }[];
}

/**
 * Bills of a generation to try a template on: the longest, the dearest, the one with the greatest credit, one with nothing to
 * pay, and `count` others that `seed` chooses, the same each time.
 */
export async function sampleBills(
  client: Queryable,
  address: GenerationAddress,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<readonly SampleBill[]> {
  const from = `from bills b where ${generationScope("b", address)}`;
  const one = (rest: string): string => `(select b.bill_id ${from} ${rest} limit 1)`;
  return await readSampleBills(
    client,
    address,
    `select bill_id from (
       ${one("order by b.item_count desc, b.bill_id")}
       union ${one("order by b.total_minor desc, b.bill_id")}
       union ${one("order by b.total_minor, b.bill_id")}
       union ${one("and b.total_minor = 0")}
       union (select b.bill_id ${from} order by hashint8extended(b.bill_id, $1::bigint) limit $2::integer)) chosen`,
    [seed, count],
  );
}

/** One bill of a generation, or none. */
export async function sampleBill(
  client: Queryable,
  address: GenerationAddress,
  billId: number,
): Promise<SampleBill | null> {
  const [bill] = await readSampleBills(client, address, "select $1::bigint as bill_id", [billId]);
  return bill ?? null;
}

async function readSampleBills(
  client: Queryable,
  address: GenerationAddress,
  chosen: string,
  values: readonly unknown[],
): Promise<readonly SampleBill[]> {
  const { rows } = await client.query<SampleBill>(
    `with chosen as materialized (${chosen})
     select b.bill_id as "billId", b.total_minor as "totalMinor", coalesce(i.items, '[]') as items
     from chosen join bills b using (bill_id)
     cross join lateral (
       select json_agg(json_build_object('code', c.code, 'quantityMilli', i.quantity_milli, 'rateMicro', i.rate_micro,
                                         'amountMinor', i.amount_minor) order by i.line) as items
       from bill_items i join item_codes c on c.id = i.code_id
       where i.bill_id = b.bill_id and i.partition_index = b.partition_index and ${generationScope("i", address)}) i
     where ${generationScope("b", address)}
     order by b.bill_id`,
    [...values],
  );
  return rows;
}
