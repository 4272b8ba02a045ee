import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

/** The waits of each channel's ladder, as a policy has them. */
export type LadderDelays = Readonly<
  Record<string, { readonly delaysMs: readonly number[]; readonly jitterFraction: number }>
>;

interface Row {
  readonly gaps: number;
  readonly short: number;
  readonly shortest: number | null;
}

/** Instants are kept in microseconds, durations in whole milliseconds. */
const roundingMs = 2;

/** Between an attempt that failed for now and the next lies the ladder's wait, less its jitter. It may be longer. */
export async function gapsFollowLadder(
  client: Queryable,
  address: GenerationAddress,
  ladders: LadderDelays,
): Promise<Invariant> {
  const { from, to } = billIdRange(address.period);
  const rungs = Object.entries(ladders).flatMap(([channel, { delaysMs, jitterFraction }]) =>
    delaysMs.map((delayMs, index) => ({ channel, rung: index + 1, leastMs: delayMs * (1 - jitterFraction) })),
  );
  const { rows } = await client.query<Row>(
    `with step as (
       select channel, attempt, outcome, started_at,
         lag(attempt) over message as former_attempt, lag(outcome) over message as former_outcome,
         lag(started_at + duration_ms * interval '1 millisecond') over message as former_end
       from notification_attempts
       where bill_id >= ${from} and bill_id < ${to} and generation = $1
       window message as (partition by bill_id, message_generation, channel order by seq)
     ), gap as (
       select extract(epoch from started_at - former_end)::float8 * 1000 as ms, rung.least_ms
       from step join unnest($2::text[], $3::int[], $4::float8[]) as rung (channel, rung, least_ms)
         on rung.channel = step.channel and rung.rung = step.former_attempt
       where former_outcome = 'transient' and step.attempt = former_attempt + 1
     )
     select count(*) as gaps, count(*) filter (where ms < least_ms - ${roundingMs}) as short, min(ms) as shortest from gap`,
    [
      address.generation,
      rungs.map(({ channel }) => channel),
      rungs.map(({ rung }) => rung),
      rungs.map(({ leastMs }) => leastMs),
    ],
  );
  const { gaps, short, shortest } = rows[0] ?? { gaps: 0, short: 0, shortest: null };
  const least = shortest === null ? "" : `, the shortest ${Math.round(shortest)} ms`;
  return {
    name: "gaps-as-the-ladder-says",
    holds: short === 0,
    detail: `${gaps} waits between attempts${least}; ${short} shorter than the ladder`,
  };
}
