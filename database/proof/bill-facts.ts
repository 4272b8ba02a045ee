import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { periodDate } from "../generations/address.ts";
import { generationScope } from "./scope.ts";

/** What the tables hold of one partition, computed anew from its rows. */
export interface BillFacts {
  readonly partitionIndex: number;
  readonly bills: number;
  readonly held: number;
  readonly totalMinor: bigint;
  readonly lowestMinor: number;
  /** Bills whose items do not sum to their total, or are not as many as they say. */
  readonly unbalanced: number;
  readonly items: number;
  readonly digest: Buffer;
}

interface Row {
  readonly bills: number;
  readonly held: number;
  readonly totalMinor: string;
  readonly lowestMinor: number;
  readonly unbalanced: number;
  readonly items: number;
  readonly digest: Buffer;
}

/** Reads one partition's leaves once: counts, sums, the balance of every bill with its items, and the digest. */
export async function readBillFacts(
  client: Queryable,
  address: GenerationAddress,
  partitionIndex: number,
): Promise<BillFacts> {
  const scope = (t: string) => `${generationScope(t, address)} and ${t}.partition_index = ${partitionIndex}`;
  const { rows } = await client.query<Row>(
    `with item as (
       select i.bill_id, count(*) as items, sum(i.amount_minor) as total_minor
       from bill_items i where ${scope("i")} group by i.bill_id
     ), bill as (
       select b.bill_id, b.item_count, b.total_minor, b.digest from bills b where ${scope("b")}
     ), held as (
       select count(*) as held,
         coalesce(string_agg(account_id || ':' || reason || ';', '' order by account_id), '') as entries
       from held_accounts where period = $1 and generation = $2 and partition_index = $3
     ), settled as (
       select count(bill.bill_id) as bills, coalesce(sum(bill.total_minor), 0)::text as "totalMinor",
         coalesce(min(bill.total_minor), 0) as "lowestMinor",
         coalesce(sum(item.items), 0)::bigint as items,
         count(*) filter (where bill.bill_id is null or bill.total_minor is distinct from coalesce(item.total_minor, 0)
           or bill.item_count is distinct from coalesce(item.items, 0)) as unbalanced,
         coalesce(string_agg(bill.digest, ''::bytea order by bill.bill_id), ''::bytea) as digests
       from bill full join item on item.bill_id = bill.bill_id
     )
     select settled.bills, held.held, "totalMinor", "lowestMinor", unbalanced, items,
       sha256(digests || convert_to(held.entries, 'UTF8')) as digest
     from settled, held`,
    [periodDate(address.period), address.generation, partitionIndex],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("an aggregate always has a row");
  return { partitionIndex, ...row, totalMinor: BigInt(row.totalMinor) };
}
