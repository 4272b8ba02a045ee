import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type PartitionAddress } from "./address.ts";

/** Notes why an attempt failed, for people; the next claim clears it. Does nothing once a newer attempt has begun. */
export async function failPartition(
  client: Queryable,
  address: PartitionAddress,
  fence: number,
  error: string,
): Promise<void> {
  await client.query(
    `update generation_partitions set state = 'failed', error = $5, finished_at = clock_timestamp()
     where period = $1 and generation = $2 and partition_index = $3 and fence = $4 and state = 'running'`,
    [periodDate(address.period), address.generation, address.partitionIndex, fence, error],
  );
}
