import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type PartitionAddress } from "./address.ts";

/** Control totals of a settled partition. Money and units are bigint: sums of a whole partition. */
export interface PartitionTotals {
  readonly billed: number;
  readonly held: number;
  readonly excluded: number;
  readonly items: number;
  readonly totalMinor: bigint;
  /** Units rated by meter code, in thousandths, after step rounding. */
  readonly usageMilli: ReadonlyMap<string, bigint>;
  readonly digest: Buffer;
}

/**
 * Writes the partition's totals and marks it done, if `fence` is still the latest; false when a newer attempt has taken
 * over or the generation is closed, and then the caller rolls back. Part of the transaction that holds the bills.
 */
export async function completePartition(
  client: Queryable,
  address: PartitionAddress,
  fence: number,
  totals: PartitionTotals,
): Promise<boolean> {
  const usage = Object.fromEntries([...totals.usageMilli].map(([meter, units]) => [meter, units.toString()]));
  const { rowCount } = await client.query(
    `update generation_partitions p
     set state = 'done', billed = $5, held = $6, excluded = $7, items = $8, total_minor = $9, usage_milli = $10, digest = $11,
       finished_at = clock_timestamp()
     from generations g
     where p.period = $1 and p.generation = $2 and p.partition_index = $3 and p.fence = $4 and p.state = 'running'
       and g.period = p.period and g.number = p.generation and g.state = 'settling'`,
    [
      periodDate(address.period),
      address.generation,
      address.partitionIndex,
      fence,
      totals.billed,
      totals.held,
      totals.excluded,
      totals.items,
      totals.totalMinor.toString(),
      JSON.stringify(usage),
      totals.digest,
    ],
  );
  return rowCount === 1;
}
