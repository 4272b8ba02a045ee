import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";
import { leafName } from "../notifications/leaf.ts";
import type { NotificationFacts } from "./ledger-facts.ts";

/**
 * Counts the generation's messages by where they stand; null when it was promoted without any. Added up from the sums that
 * every move keeps (`notification_counts`): the rows' own counts at this moment, in a millisecond or two for a million.
 */
export async function observeNotifications(
  client: Queryable,
  address: GenerationAddress,
): Promise<NotificationFacts | null> {
  const found = await client.query<{ exists: boolean }>("select to_regclass($1) is not null as exists", [
    leafName(address),
  ]);
  if (found.rows[0]?.exists !== true) return null;
  const { rows } = await client.query<NotificationFacts>(
    `select coalesce(sum(rows) filter (where state = 'SCHEDULED'), 0)::bigint as scheduled,
       coalesce(sum(rows) filter (where state = 'QUEUED'), 0)::bigint as queued,
       coalesce(sum(rows) filter (where state in ('SENDING', 'UNKNOWN')), 0)::bigint as "inFlight",
       coalesce(sum(rows) filter (where state in ('SENT', 'DELIVERED')), 0)::bigint as sent,
       coalesce(sum(rows) filter (where state = 'DEAD'), 0)::bigint as dead,
       coalesce(sum(rows) filter (where state in ('CANCELLED', 'SUPERSEDED')), 0)::bigint as dropped
     from (
       select state, sum(messages) as rows from notification_counts
       where period = $1 and generation = $2 group by state
     ) counted`,
    [periodDate(address.period), address.generation],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("an aggregate without a row");
  return row;
}
