import type { Queryable } from "../../platform/postgres.ts";

/** How far the rate of a provider is used up; '' = all of the channel together. Machine clock. */
export interface ProviderRate {
  readonly channel: string;
  readonly provider: string;
  /** Null = never taken from. */
  readonly takenUntil: Date | null;
  readonly throttledUntil: Date | null;
}

/** Every provider that has a rate or asked for patience. */
export async function listRates(client: Queryable): Promise<readonly ProviderRate[]> {
  const { rows } = await client.query<ProviderRate>(
    `select channel, provider, nullif(taken_until, '-infinity') as "takenUntil",
            nullif(throttled_until, '-infinity') as "throttledUntil"
       from provider_rates order by channel, provider`,
  );
  return rows;
}
