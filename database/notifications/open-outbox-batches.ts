import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** A batch whose rows were committed as QUEUED and maybe never produced. */
export interface OutboxBatch extends GenerationAddress {
  readonly batchId: number;
}

/** The batches that have stood open for at least `minAgeMs` (machine clock), oldest first. */
export async function openOutboxBatches(
  client: Queryable,
  minAgeMs: number,
): Promise<readonly OutboxBatch[]> {
  const result = await client.query<OutboxBatch>(
    `select id as "batchId", to_char(period, 'YYYY-MM') as period, generation
       from outbox_batches
      where created_at <= clock_timestamp() - $1 * interval '1 millisecond'
      order by id`,
    [minAgeMs],
  );
  return result.rows;
}
