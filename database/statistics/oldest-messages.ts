import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** The message that has been in one open state of one channel longest. */
export interface OldestMessage {
  readonly state: "SCHEDULED" | "UNKNOWN" | "QUEUED" | "SENDING" | "DEAD";
  readonly channel: string;
  readonly billId: number;
  /** Due since (SCHEDULED, UNKNOWN; billing clock), or there since (machine clock). */
  readonly since: Date;
  /** Negative = due so many milliseconds from now. */
  readonly ageMs: number;
}

/** An open state of one channel in which there are messages, as `messageCounts` says. */
export interface OpenPlace {
  readonly state: OldestMessage["state"];
  readonly channel: string;
}

/** Where the oldest of a state stands first in a partial index, and since when it counts by which clock. */
const searches = {
  SCHEDULED: {
    where: "state in ('SCHEDULED', 'UNKNOWN') and state = 'SCHEDULED'",
    ...{ order: "due_at", since: "due_at", clock: "billing_now()" },
  },
  UNKNOWN: { where: "state = 'UNKNOWN'", order: "due_at", since: "due_at", clock: "billing_now()" },
  // Batches are numbered in time.
  QUEUED: {
    where: "state = 'QUEUED'",
    ...{ order: "outbox_batch", since: "updated_at", clock: "clock_timestamp()" },
  },
  SENDING: {
    where: "state = 'SENDING'",
    ...{ order: "lease_until", since: "updated_at", clock: "clock_timestamp()" },
  },
} as const;

/**
 * The oldest message of a generation in each of these places; DEAD while nobody has redriven it. One probe of a partial
 * index a place. Places without messages are not to be asked for: right after a delivery, and before the next vacuum, such an
 * index holds a million entries of rows that have left it, and the probe would go through all of them (1 s).
 */
export async function oldestMessages(
  client: Queryable,
  address: GenerationAddress,
  places: readonly OpenPlace[],
): Promise<readonly OldestMessage[]> {
  if (places.length === 0) return [];
  const probes = places.map(({ state }, index) => probe(address, state, `$${index + 1}`));
  const { rows } = await client.query<OldestMessage>(
    probes.map((sql) => `(${sql})`).join(" union all "),
    places.map(({ channel }) => channel),
  );
  return rows;
}

function probe(
  { period, generation }: GenerationAddress,
  state: OpenPlace["state"],
  channel: string,
): string {
  const { from, to } = billIdRange(period);
  const scope = `generation = ${generation} and bill_id >= ${from} and bill_id < ${to} and channel = ${channel}::text`;
  const columns = (since: string, clock: string): string =>
    `select '${state}' as state, channel, bill_id as "billId", ${since} as since,
            extract(epoch from ${clock} - ${since})::float8 * 1000 as "ageMs"`;
  if (state === "DEAD") {
    return `${columns("created_at", "clock_timestamp()")} from dead_letters
             where redriven_at is null and ${scope} order by id limit 1`;
  }
  const { where, order, since, clock } = searches[state];
  return `${columns(since, clock)} from notifications where ${scope} and ${where} order by ${order} limit 1`;
}
