import type { Queryable } from "../../platform/postgres.ts";

/** Forgets a batch, all of whose claim checks Kafka has acknowledged. */
export async function closeOutboxBatch(client: Queryable, batchId: number): Promise<void> {
  await client.query("delete from outbox_batches where id = $1", [batchId]);
}
