import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "./address.ts";

/** How one partition stands, for people. */
export interface GridPartition {
  readonly index: number;
  readonly state: "pending" | "running" | "done" | "failed";
  /** Attempts that were begun. */
  readonly attempt: number;
  readonly members: number;
  readonly bills: number | null;
  readonly held: number | null;
  readonly excluded: number | null;
  readonly items: number | null;
  readonly amountMinor: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Of the last attempt, up to now while it runs. */
  readonly seconds: number | null;
  readonly error: string | null;
}

/** All partitions of a generation, by index: 1,024 rows at most. */
export async function partitionGrid(client: Queryable, address: GenerationAddress): Promise<GridPartition[]> {
  const { rows } = await client.query<GridPartition>(
    `select partition_index as index, state, fence as attempt, expected_accounts as members, billed as bills, held, excluded,
       items, total_minor::text as "amountMinor", started_at as "startedAt", finished_at as "finishedAt",
       round(extract(epoch from coalesce(finished_at, clock_timestamp()) - started_at), 3)::float8 as seconds, error
     from generation_partitions where period = $1 and generation = $2 order by partition_index`,
    [periodDate(address.period), address.generation],
  );
  return rows;
}
