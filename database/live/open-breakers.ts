import type { Queryable } from "../../platform/postgres.ts";
import { SILENT_CONSUMER_SECONDS } from "../providers/list-breakers.ts";

/** A provider that is suspected by some consumer. */
export interface OpenBreaker {
  readonly channel: string;
  readonly provider: string;
  readonly state: "open" | "half-open";
  readonly consumers: number;
}

/** Breakers of running consumers that are not closed. */
export async function readOpenBreakers(client: Queryable): Promise<readonly OpenBreaker[]> {
  const { rows } = await client.query<OpenBreaker>(
    `select channel, provider, state, count(*) as consumers
       from provider_breakers
      where state <> 'closed' and told_at > clock_timestamp() - $1 * interval '1 second'
      group by channel, provider, state order by channel, provider, state`,
    [SILENT_CONSUMER_SECONDS],
  );
  return rows;
}
