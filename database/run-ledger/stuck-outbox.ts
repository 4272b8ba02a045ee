import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** A batch is produced within moments; what stands open for longer than this, Kafka does not take. */
const openTooLong = "1 minute";

/** Since when the generation's oldest outbox batch stands open, by the machine clock; null = none does for too long. */
export async function stuckOutboxSinceMs(
  client: Queryable,
  { period, generation }: GenerationAddress,
): Promise<number | null> {
  const { rows } = await client.query<{ sinceMs: number | null }>(
    `select round(extract(epoch from min(created_at)) * 1000)::bigint as "sinceMs" from outbox_batches
      where period = $1 and generation = $2 and created_at < clock_timestamp() - $3::interval`,
    [periodDate(period), generation, openTooLong],
  );
  return rows[0]?.sinceMs ?? null;
}
