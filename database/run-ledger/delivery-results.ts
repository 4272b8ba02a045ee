import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** What became of a generation's messages on one channel. */
export interface ChannelResults {
  readonly channel: string;
  /** Messages whose bill arrived by this channel. */
  readonly sent: number;
  /** Messages that were tried on this channel and did not arrive by it. */
  readonly failed: number;
  /** Attempts beyond a message's first. */
  readonly retried: number;
  /** Of the sent ones, those that another channel had been tried for before. */
  readonly fallback: number;
  /** Attempts whose outcome the provider left open. */
  readonly unknown: number;
}

/** Results by channel, from the attempts and where the messages ended; channels that were never tried are left out. */
export async function channelResults(
  client: Queryable,
  address: GenerationAddress,
): Promise<ChannelResults[]> {
  const { from, to } = billIdRange(address.period);
  const { rows } = await client.query<ChannelResults>(
    `with tried as materialized (
       select bill_id, channel, count(*) as attempts, count(*) filter (where outcome = 'unknown') as unknown
       from notification_attempts where bill_id >= ${from} and bill_id < ${to} and generation = $1
       group by bill_id, channel
     ), twice as materialized (
       select bill_id from tried group by bill_id having count(*) > 1
     )
     select t.channel,
       count(*) filter (where n.state in ('SENT', 'DELIVERED') and n.channel = t.channel) as sent,
       count(*) filter (where not (n.state in ('SENT', 'DELIVERED') and n.channel = t.channel)) as failed,
       sum(t.attempts - 1)::bigint as retried,
       count(*) filter (where n.state in ('SENT', 'DELIVERED') and n.channel = t.channel and w.bill_id is not null) as fallback,
       sum(t.unknown)::bigint as unknown
     from tried t
     join notifications n on n.bill_id = t.bill_id and n.bill_id >= ${from} and n.bill_id < ${to} and n.generation = $1
     left join twice w on w.bill_id = t.bill_id
     group by t.channel order by t.channel`,
    [address.generation],
  );
  return rows;
}
