import type { Queryable } from "../../platform/postgres.ts";

/** How a provider's breaker stands in one consumer. Machine clock. */
export interface ProviderBreaker {
  readonly channel: string;
  readonly provider: string;
  readonly consumer: string;
  readonly state: "closed" | "open" | "half-open";
  readonly since: Date;
  /** When it lets a few through to see; null unless open. */
  readonly probeAt: Date | null;
}

/** Consumers tell of their breakers every five seconds; one that has been silent for so long is gone. */
export const SILENT_CONSUMER_SECONDS = 30;

/** Breakers of all consumers that run. */
export async function listBreakers(client: Queryable): Promise<readonly ProviderBreaker[]> {
  const { rows } = await client.query<ProviderBreaker>(
    `select channel, provider, consumer, state, since, probe_at as "probeAt"
       from provider_breakers where told_at > clock_timestamp() - $1 * interval '1 second'
      order by channel, provider, consumer`,
    [SILENT_CONSUMER_SECONDS],
  );
  return rows;
}
