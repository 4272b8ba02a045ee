import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "./address.ts";

/** A month that has been billed: its live generation. */
export interface LiveMonth extends GenerationAddress {
  readonly promotedAt: Date;
  readonly runType: "onCycle" | "offCycle";
  readonly tariffId: number;
  readonly currency: string;
  /** Bills of it. */
  readonly billed: number;
}

/** Which months: promoted in [from, to), no later than a month, or just one. */
export interface LiveMonthFilter {
  readonly promotedFrom?: Date | undefined;
  readonly promotedBefore?: Date | undefined;
  readonly upTo?: string | undefined;
  readonly only?: string | undefined;
}

/** Live generations, the newest month first. */
export async function liveMonths(
  client: Queryable,
  { promotedFrom, promotedBefore, upTo, only }: LiveMonthFilter,
  limit: number,
): Promise<readonly LiveMonth[]> {
  const { rows } = await client.query<LiveMonth>(
    `select to_char(g.period, 'YYYY-MM') as period, g.number as generation, g.promoted_at as "promotedAt",
            r.run_type as "runType", g.tariff_id as "tariffId", g.currency, coalesce(g.billed, 0) as billed
       from generations g join bill_runs r on r.id = g.run_id
      where g.state = 'live' and ($1::timestamptz is null or g.promoted_at >= $1)
        and ($2::timestamptz is null or g.promoted_at < $2)
        and ($3::date is null or g.period <= $3) and ($4::date is null or g.period = $4)
      order by g.period desc
      limit $5`,
    [
      promotedFrom ?? null,
      promotedBefore ?? null,
      upTo === undefined ? null : periodDate(upTo),
      only === undefined ? null : periodDate(only),
      limit,
    ],
  );
  return rows;
}
