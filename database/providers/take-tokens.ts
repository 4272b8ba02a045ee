import type { Queryable } from "../../platform/postgres.ts";

/** What a consumer asks of one limit; its name is a provider's, or "" for the whole channel. */
export interface TokenWish {
  readonly limit: string;
  /** Tokens ÷ rate: for how long what is taken lasts. 0 = only whether the provider asked for patience. */
  readonly seconds: number;
}

/** When what was asked for may be used. */
export interface TokenGrant {
  readonly limit: string;
  readonly waitMs: number;
  /** How long the provider wants to be left alone; not above 0 = not at all. */
  readonly throttledMs: number;
}

/** Makes the rows of a channel's limits, so that taking from them is an update. */
export async function createLimits(
  client: Queryable,
  channel: string,
  limits: readonly string[],
): Promise<void> {
  await client.query(
    `insert into provider_rates (channel, provider) select $1, unnest($2::text[]) on conflict do nothing`,
    [channel, limits],
  );
}

// Rows are locked in one order, or two consumers that take of the same two limits could wait for each other.
const statement = `
  with wish as (
    select * from unnest($2::text[], $3::float8[]) as wish(provider, seconds)
  ), locked as materialized (
    select provider from provider_rates
     where channel = $1 and provider in (select provider from wish where seconds > 0)
     order by provider
       for update
  ), taken as (
    update provider_rates r
       set taken_until = greatest(r.taken_until, clock_timestamp() - $4 * interval '1 millisecond')
                         + wish.seconds * interval '1 second'
      from locked join wish using (provider)
     where r.channel = $1 and r.provider = locked.provider
    returning r.provider, extract(epoch from old.taken_until - clock_timestamp())::float8 * 1000 as wait_ms
  )
  select r.provider as "limit", greatest(coalesce(taken.wait_ms, 0), 0) as "waitMs",
         extract(epoch from r.throttled_until - clock_timestamp())::float8 * 1000 as "throttledMs"
    from provider_rates r
    left join taken using (provider)
   where r.channel = $1 and r.provider = any($2::text[])`;

/**
 * Takes tokens of several limits in one statement: the next ones that nobody has, and says when their time comes. Whoever
 * asks first is first, so consumers that ask for equal shares in turn get equal shares. Tokens that a crash takes along
 * are lost, never given twice. What nobody took is kept for `catchUpMs`, so that a limit is no tighter than it says.
 */
export async function takeTokens(
  client: Queryable,
  channel: string,
  wishes: readonly TokenWish[],
  catchUpMs: number,
): Promise<readonly TokenGrant[]> {
  const { rows } = await client.query<TokenGrant>({
    name: "take-tokens",
    text: statement,
    values: [channel, wishes.map(({ limit }) => limit), wishes.map(({ seconds }) => seconds), catchUpMs],
  });
  return rows;
}

/** Has all consumers leave a provider alone for so long; a longer patience asked for before stays. */
export async function throttleProvider(
  client: Queryable,
  channel: string,
  provider: string,
  forMs: number,
): Promise<void> {
  await client.query(
    `update provider_rates
        set throttled_until = greatest(throttled_until, clock_timestamp() + $3 * interval '1 millisecond')
      where channel = $1 and provider = $2`,
    [channel, provider, forMs],
  );
}
