import type { Client } from "../../platform/postgres.ts";
import { PERIOD } from "./billing-month.ts";

/** A settled generation by its ledger. */
export interface LedgerTimes {
  /** What two settlements of the same month must have in common. */
  readonly sums: { readonly billed: number; readonly totalMinor: string; readonly digests: string };
  /** From the claim of each partition to its commit. */
  readonly partitionSeconds: readonly number[];
  /** On the clock of `performance.now()`, like `lastFinishedMs`: database and benchmark share a machine. */
  readonly firstStartedMs: number;
  readonly lastFinishedMs: number;
}

/** Reads a generation whose partitions are all done. */
export async function readLedgerTimes(client: Client, generation: number): Promise<LedgerTimes> {
  const { rows } = await client.query<{
    billed: number;
    totalMinor: string;
    digests: string;
    partitionSeconds: number[];
    firstStartedMs: number;
    lastFinishedMs: number;
  }>(
    `select sum(billed)::bigint as billed, sum(total_minor)::text as "totalMinor",
       md5(string_agg(digest, ''::bytea order by partition_index)) as digests,
       array_agg(round(extract(epoch from finished_at - started_at), 2)::float8 order by partition_index)
         as "partitionSeconds",
       min(extract(epoch from started_at) * 1000)::float8 as "firstStartedMs",
       max(extract(epoch from finished_at) * 1000)::float8 as "lastFinishedMs"
     from generation_partitions where period = $1 and generation = $2`,
    [`${PERIOD}-01`, generation],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("an aggregate always has a row");
  const { billed, totalMinor, digests, partitionSeconds } = row;
  return {
    ...{ sums: { billed, totalMinor, digests }, partitionSeconds },
    firstStartedMs: row.firstStartedMs - performance.timeOrigin,
    lastFinishedMs: row.lastFinishedMs - performance.timeOrigin,
  };
}
