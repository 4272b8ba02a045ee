import type { Queryable } from "../../platform/postgres.ts";

/** How a provider's breaker stands in the consumer that tells. */
export interface ToldBreaker {
  readonly provider: string;
  readonly state: "closed" | "open" | "half-open";
  /** Until an open one probes; null = it is not open. */
  readonly probeInMs: number | null;
}

/** One process of a channel. */
export interface ToldBy {
  readonly channel: string;
  /** The process; in a cluster its pod. */
  readonly consumer: string;
}

/** Nobody looks at what was told longer ago; pods have ever new names. */
const forgottenAfter = "10 minutes";

const statement = `
  with gone as (
    delete from provider_breakers where channel = $1 and told_at < clock_timestamp() - interval '${forgottenAfter}'
  )
  insert into provider_breakers as b (channel, provider, consumer, state, probe_at)
  select $1, told.provider, $2, told.state, clock_timestamp() + told.probe_in_ms * interval '1 millisecond'
    from unnest($3::text[], $4::text[], $5::float8[]) as told(provider, state, probe_in_ms)
      on conflict (channel, provider, consumer) do update
     set state = excluded.state, probe_at = excluded.probe_at, told_at = excluded.told_at,
         since = case when b.state = excluded.state then b.since else excluded.since end`;

/** Writes how all breakers of a consumer stand, and that it is there; forgets consumers that are long gone. */
export async function tellBreakers(
  client: Queryable,
  { channel, consumer }: ToldBy,
  told: readonly ToldBreaker[],
): Promise<void> {
  await client.query({
    name: "tell-breakers",
    text: statement,
    values: [
      ...[channel, consumer],
      ...[told.map(({ provider }) => provider), told.map(({ state }) => state)],
      told.map(({ probeInMs }) => probeInMs),
    ],
  });
}

/** The consumer ends: its breakers with it. */
export async function forgetBreakers(client: Queryable, { channel, consumer }: ToldBy): Promise<void> {
  await client.query("delete from provider_breakers where channel = $1 and consumer = $2", [
    channel,
    consumer,
  ]);
}
