import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** The live generation of a month (`YYYY-MM`), or of the newest month that has one. */
export interface LiveGeneration extends GenerationAddress {
  readonly tariffId: number;
  readonly currency: string;
}

/** Reads it; null when nothing is live. */
export async function newestLive(client: Queryable, period: string | null): Promise<LiveGeneration | null> {
  const { rows } = await client.query<LiveGeneration>(
    `select to_char(period, 'YYYY-MM') as period, number as generation, tariff_id as "tariffId", currency
     from generations where state = 'live' and ($1::text is null or period = to_date($1, 'YYYY-MM'))
     order by period desc limit 1`,
    [period],
  );
  return rows[0] ?? null;
}
