import type { Queryable } from "../../platform/postgres.ts";

/** For how long the oldest open outbox batch has stood, in seconds of the machine clock; 0 = none is open. */
export async function oldestBatchSeconds(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ seconds: number }>(
    `select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as seconds from outbox_batches`,
  );
  return Math.max(0, rows[0]?.seconds ?? 0);
}
