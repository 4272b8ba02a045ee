import type { Channel } from "../../notification/channel.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { leafName } from "../notifications/leaf.ts";

/** Whether delivery has something to do right now, and when it will have. */
export interface DeliveryPulse {
  /** Something is queued and not claimed. */
  readonly queued: boolean;
  /** Messages being sent; counted up to 2,001. */
  readonly sending: number;
  /** Billing clock, milliseconds since 1970. */
  readonly nowMs: number;
  /** Billing clock; null when nothing is scheduled any more. */
  readonly nextDueMs: number | null;
}

/** So far `DeliveryPulse.sending` counts: many is all that anybody asks. */
const countedSending = 2_001;

/** Probes of partial indexes, so that it costs the same for a thousand messages and a million. */
export async function deliveryPulse(
  client: Queryable,
  address: GenerationAddress,
  channels: readonly Channel[],
): Promise<DeliveryPulse> {
  const leaf = leafName(address);
  // What a person holds is due by order only: a clock that follows the messages must not go there.
  const nextDue = (channel: Channel): string =>
    `(select min(due_at) from ${leaf}
       where state in ('SCHEDULED', 'UNKNOWN') and channel = '${channel}' and reason <> 'held')`;
  const { rows } = await client.query<DeliveryPulse>(
    `select exists (select from ${leaf} where state = 'QUEUED') as queued,
       (select count(*) from (select from ${leaf} where state = 'SENDING' limit ${countedSending}) counted) as sending,
       extract(epoch from billing_now())::float8 * 1000 as "nowMs",
       extract(epoch from least(${channels.map(nextDue).join(", ")}))::float8 * 1000 as "nextDueMs"`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a select without a table always has a row");
  return row;
}
