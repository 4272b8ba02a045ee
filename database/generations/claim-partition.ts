import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type PartitionAddress } from "./address.ts";

/** What a worker needs to settle a partition it has claimed. */
export interface ClaimedPartition {
  readonly kind: "claimed";
  /** Only the attempt that holds the latest fence may commit. */
  readonly fence: number;
  readonly bucketFrom: number;
  readonly bucketTo: number;
  readonly frozenAt: string;
  readonly tariffId: number;
  readonly runId: string;
  readonly expectedAccounts: number;
}

export type PartitionClaim =
  | ClaimedPartition
  | { readonly kind: "already-done" }
  | { readonly kind: "closed"; readonly state: string }
  | { readonly kind: "unknown" };

/**
 * Starts an attempt at a partition by raising its fence, which shuts out every earlier attempt. A claim waits for an
 * earlier attempt that is just committing, and then finds the partition done.
 */
export async function claimPartition(
  client: Queryable,
  address: PartitionAddress,
  worker: string,
): Promise<PartitionClaim> {
  const parameters = [periodDate(address.period), address.generation, address.partitionIndex];
  const claimed = await client.query<Omit<ClaimedPartition, "kind">>(
    `update generation_partitions p
     set state = 'running', fence = p.fence + 1, worker = $4, started_at = clock_timestamp(), finished_at = null, error = null
     from generations g
     where p.period = $1 and p.generation = $2 and p.partition_index = $3 and p.state <> 'done'
       and g.period = p.period and g.number = p.generation and g.state = 'settling'
     returning p.fence, p.bucket_from as "bucketFrom", p.bucket_to as "bucketTo", g.frozen_at::text as "frozenAt",
       g.tariff_id as "tariffId", g.run_id as "runId", p.expected_accounts as "expectedAccounts"`,
    [...parameters, worker],
  );
  const [row] = claimed.rows;
  if (row !== undefined) return { kind: "claimed", ...row };
  return await whyNot(client, parameters);
}

async function whyNot(client: Queryable, parameters: unknown[]): Promise<PartitionClaim> {
  const { rows } = await client.query<{ partitionState: string; generationState: string }>(
    `select p.state as "partitionState", g.state as "generationState"
     from generation_partitions p join generations g on g.period = p.period and g.number = p.generation
     where p.period = $1 and p.generation = $2 and p.partition_index = $3`,
    parameters,
  );
  const [row] = rows;
  if (row === undefined) return { kind: "unknown" };
  return row.partitionState === "done"
    ? { kind: "already-done" }
    : { kind: "closed", state: row.generationState };
}
