import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

interface Counts {
  readonly bills: number;
  readonly messages: number;
  readonly without: number;
  readonly several: number;
  readonly strangers: number;
}

/**
 * Every live bill has a message that stands, and of those at most one may still be sent: what was sent of an earlier
 * generation is history, and what waits for it is no second one. A bill that did not change in a re-settlement keeps the
 * message of the earlier generation, so the messages of the whole month are looked at; none may still be sent of a bill
 * that is gone.
 */
export async function oneNotificationPerBill(
  client: Queryable,
  address: GenerationAddress,
): Promise<Invariant> {
  const { from, to } = billIdRange(address.period);
  const { rows } = await client.query<Counts>(
    `with message as (
       select bill_id, count(*) as messages,
         count(*) filter (where state in ('SCHEDULED', 'QUEUED', 'SENDING', 'UNKNOWN') and not follows and not withdrawn)
           as open
       from notifications
       where bill_id >= ${from} and bill_id < ${to} and state <> 'SUPERSEDED' group by bill_id
     )
     select count(b.bill_id) as bills, coalesce(sum(m.messages), 0)::bigint as messages,
       count(*) filter (where m.bill_id is null) as without,
       count(*) filter (where m.open > 1) as several,
       count(*) filter (where b.bill_id is null and m.open > 0) as strangers
     from (select bill_id from bills where bill_id >= ${from} and bill_id < ${to} and generation = $1) b
     full join message m on m.bill_id = b.bill_id`,
    [address.generation],
  );
  const counts = rows[0] ?? { bills: 0, messages: 0, without: 0, several: 0, strangers: 0 };
  return {
    name: "one-notification-per-bill",
    holds: counts.bills > 0 && counts.without + counts.several + counts.strangers === 0,
    detail: `${counts.bills} live bills, ${counts.messages} messages; ${counts.without} bills without, ${counts.several} with several to be sent, ${counts.strangers} to be sent without a bill`,
  };
}
