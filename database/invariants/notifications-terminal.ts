import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

interface Counts {
  readonly sent: number;
  readonly dead: number;
  readonly dropped: number;
  readonly scheduled: number;
  readonly queued: number;
  readonly inFlight: number;
}

/** No message is stuck: each is at its end, or scheduled for a stated moment. Counted from the rows themselves. */
export async function notificationsTerminal(
  client: Queryable,
  { period, generation }: GenerationAddress,
): Promise<Invariant> {
  const { from, to } = billIdRange(period);
  const { rows } = await client.query<Counts>(
    `select count(*) filter (where state = 'SCHEDULED') as scheduled,
       count(*) filter (where state = 'QUEUED') as queued,
       count(*) filter (where state in ('SENDING', 'UNKNOWN')) as "inFlight",
       count(*) filter (where state in ('SENT', 'DELIVERED')) as sent,
       count(*) filter (where state = 'DEAD') as dead,
       count(*) filter (where state in ('CANCELLED', 'SUPERSEDED')) as dropped
     from notifications where bill_id >= ${from} and bill_id < ${to} and generation = $1`,
    [generation],
  );
  const { sent = 0, dead = 0, dropped = 0, scheduled = 0, queued = 0, inFlight = 0 } = rows[0] ?? {};
  const messages = sent + dead + dropped + scheduled + queued + inFlight;
  return {
    name: "every-notification-at-its-end",
    holds: messages > 0 && queued === 0 && inFlight === 0,
    detail: `${sent} sent, ${dead} dead, ${dropped} withdrawn, ${scheduled} scheduled, ${queued} queued, ${inFlight} in flight`,
  };
}
