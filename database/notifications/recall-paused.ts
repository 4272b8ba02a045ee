import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/**
 * QUEUED on a paused channel → SCHEDULED, due as before, at most `limit` rows: their claim checks find nothing to claim.
 * The same move as `whenRecalled` (notification/claim.ts). Returns how many.
 */
export async function recallPaused(
  client: Queryable,
  { period, generation }: GenerationAddress,
  limit: number,
): Promise<number> {
  const paused = await client.query<{ channel: string }>(
    "select channel from channel_controls where paused order by channel",
  );
  if (paused.rows.length === 0) return 0;
  const { from, to } = billIdRange(period);
  const channels = paused.rows.map(({ channel }) => channel);
  const { rowCount } = await client.query(
    `with queued as materialized (
       select bill_id from notifications
        where generation = $1 and bill_id >= $2 and bill_id < $3 and state = 'QUEUED' and channel = any($4::text[])
        limit $5
          for update skip locked
     )
     update notifications n
        set state = 'SCHEDULED', reason = 'paused', outbox_batch = null, updated_at = clock_timestamp()
       from queued
      where n.bill_id = queued.bill_id and n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3`,
    [generation, from, to, channels, limit],
  );
  return rowCount ?? 0;
}
