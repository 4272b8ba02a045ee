import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "./address.ts";

/** What the ledger states of a partition; the totals are null until it is done. */
export interface LedgerPartition {
  readonly partitionIndex: number;
  readonly state: "pending" | "running" | "done" | "failed";
  readonly expectedAccounts: number;
  readonly billed: number | null;
  readonly held: number | null;
  readonly excluded: number | null;
  readonly items: number | null;
  readonly totalMinor: string | null;
  readonly digest: Buffer | null;
}

/** All partitions of a generation, in order of index. */
export async function loadPartitions(
  client: Queryable,
  address: GenerationAddress,
): Promise<LedgerPartition[]> {
  const { rows } = await client.query<LedgerPartition>(
    `select partition_index as "partitionIndex", state, expected_accounts as "expectedAccounts", billed, held, excluded,
       items, total_minor::text as "totalMinor", digest
     from generation_partitions where period = $1 and generation = $2 order by partition_index`,
    [periodDate(address.period), address.generation],
  );
  return rows;
}
