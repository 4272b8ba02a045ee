import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/**
 * How many rows of these generations are QUEUED, by channel; a channel without any is missing. From the sums that the moving
 * statements keep, so exact at this statement's snapshot, and as cheap for a million rows as for ten.
 */
export async function queuedByChannel(
  client: Queryable,
  addresses: readonly GenerationAddress[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ channel: string; queued: number }>(
    `select channel, sum(messages)::bigint as queued from notification_counts
      where (period, generation) in (select * from unnest($1::date[], $2::smallint[])) and state = 'QUEUED'
      group by channel`,
    [addresses.map(({ period }) => periodDate(period)), addresses.map(({ generation }) => generation)],
  );
  return new Map(rows.map(({ channel, queued }) => [channel, queued]));
}
