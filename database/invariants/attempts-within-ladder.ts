import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

/** Most attempts of one message on each channel: one more than its ladder has rungs. */
export type LadderLimits = Readonly<Record<string, number>>;

interface Row {
  readonly channel: string;
  readonly attempts: number;
  readonly most: number;
  readonly beyond: number;
}

/**
 * No message was tried more often on a channel than its ladder allows. An attempt that was given back (throttled,
 * unknown, held by the breaker, reported after its lease) comes again under the same number.
 */
export async function attemptsWithinLadder(
  client: Queryable,
  address: GenerationAddress,
  limits: LadderLimits,
): Promise<Invariant> {
  const { from, to } = billIdRange(address.period);
  const { rows } = await client.query<Row>(
    `select channel, sum(spent)::bigint as attempts, max(spent) as most, count(*) filter (where spent > allowed) as beyond
     from (
       select a.channel, l.allowed, max(a.attempt)::bigint as spent
       from notification_attempts a
       left join unnest($2::text[], $3::int[]) as l (channel, allowed) on l.channel = a.channel
       where a.bill_id >= ${from} and a.bill_id < ${to} and a.generation = $1
       group by a.bill_id, a.message_generation, a.channel, l.allowed
     ) message group by channel order by channel`,
    [address.generation, Object.keys(limits), Object.values(limits)],
  );
  const told = rows.map(
    (row) => `${row.channel} ${row.attempts} attempts, ${row.most} of ${limits[row.channel] ?? 0} at most`,
  );
  return {
    name: "attempts-within-ladder",
    holds: rows.every((row) => row.beyond === 0 && limits[row.channel] !== undefined),
    detail: told.join("; ") || "no attempts",
  };
}
