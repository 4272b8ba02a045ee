import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** Rows of one channel that are QUEUED, counted up to `limit`: enough to know whether there is room for more. */
export async function countQueued(
  client: Queryable,
  { period, generation }: GenerationAddress,
  channel: string,
  limit: number,
): Promise<number> {
  const { from, to } = billIdRange(period);
  const result = await client.query<{ queued: number }>(
    `select count(*) as queued from (
       select from notifications
        where generation = $1 and bill_id >= $2 and bill_id < $3 and channel = $4 and state = 'QUEUED'
        limit $5) counted`,
    [generation, from, to, channel, limit],
  );
  return result.rows[0]?.queued ?? 0;
}
