import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "./address.ts";

/** A generation in a list. */
export interface BilledGeneration extends GenerationAddress {
  readonly state: string;
  /** Null before it was verified. */
  readonly totalMinor: string | null;
}

/** Which generations; `before` is the one after which the list goes on. */
export interface GenerationFilter {
  readonly period?: string | undefined;
  readonly liveOnly: boolean;
  readonly before?: GenerationAddress | null;
}

/** Generations whose bills can be looked at, the newest month and number first. */
export async function listBilledGenerations(
  client: Queryable,
  { period, liveOnly, before }: GenerationFilter,
  limit: number,
): Promise<readonly BilledGeneration[]> {
  const { rows } = await client.query<BilledGeneration>(
    `select to_char(period, 'YYYY-MM') as period, number as generation, state, total_minor::text as "totalMinor"
       from generations
      where ($1::date is null or period = $1) and (not $2 or state = 'live') and state <> 'abandoned'
        and ($3::date is null or (period, number) < ($3::date, $4::int))
      order by period desc, number desc
      limit $5`,
    [
      period === undefined ? null : periodDate(period),
      liveOnly,
      before ? periodDate(before.period) : null,
      before?.generation ?? null,
      limit,
    ],
  );
  return rows;
}
