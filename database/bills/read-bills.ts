import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { generationScope } from "../proof/scope.ts";

/** A bill as it stands, with its items in order. */
export interface StoredBill {
  readonly billId: number;
  readonly accountId: number;
  readonly generation: number;
  readonly partitionIndex: number;
  readonly taxableMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
  readonly digest: Buffer;
  /** Exact text of the snapshot. */
  readonly snapshot: string;
  readonly items: readonly StoredItem[];
}

export interface StoredItem {
  readonly code: string;
  readonly quantityMilli: number;
  readonly rateMicro: number;
  readonly amountMinor: number;
}

/** The named bills of a generation, in order of id; ids without a bill are left out. */
export async function readBills(
  client: Queryable,
  address: GenerationAddress,
  billIds: readonly number[],
): Promise<StoredBill[]> {
  const { rows } = await client.query<StoredBill>(
    `select b.bill_id as "billId", b.account_id as "accountId", b.generation, b.partition_index as "partitionIndex",
       b.taxable_minor as "taxableMinor", b.tax_minor as "taxMinor", b.total_minor as "totalMinor", b.digest,
       b.snapshot::text as snapshot,
       (select json_agg(json_build_object('code', c.code, 'quantityMilli', i.quantity_milli, 'rateMicro', i.rate_micro,
                                          'amountMinor', i.amount_minor) order by i.line)
        from bill_items i join item_codes c on c.id = i.code_id
        where i.bill_id = b.bill_id and i.generation = b.generation and i.partition_index = b.partition_index) as items
     from bills b
     where ${generationScope("b", address)} and b.bill_id = any($1::bigint[])
     order by b.bill_id`,
    [billIds],
  );
  return rows.map((row) => ({ ...row, items: (row.items as readonly StoredItem[] | null) ?? [] }));
}

/** Ids of about `count` bills of a partition, spread evenly over it, the first and the last among them. */
export async function sampleBillIds(
  client: Queryable,
  address: GenerationAddress,
  sample: { readonly partitionIndex: number; readonly count: number },
): Promise<number[]> {
  const { rows } = await client.query<{ billId: number }>(
    `select bill_id as "billId" from (
       select b.bill_id, row_number() over (order by b.bill_id) as position, count(*) over () as total
       from bills b where ${generationScope("b", address)} and b.partition_index = $1
     ) numbered
     where position = 1 or position = total or position % greatest(total / $2, 1) = 0`,
    [sample.partitionIndex, sample.count],
  );
  return rows.map((row) => row.billId);
}
