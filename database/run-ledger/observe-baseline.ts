import type { Queryable } from "../../platform/postgres.ts";
import type { BaselineFacts } from "./ledger-facts.ts";

/**
 * Totals of what the generation is compared with: the live generation of its period, else of the latest period
 * before it; null when there is neither.
 */
export async function observeBaseline(
  client: Queryable,
  period: string,
  generation: number,
): Promise<BaselineFacts | null> {
  const found = await findBaseline(client, period, generation);
  return (
    found && { billed: found.billed, totalMinor: BigInt(found.totalMinor), largestBillIncreasePercent: null }
  );
}

/** The generation that `observeBaseline` compares with. */
export interface Baseline {
  readonly period: string;
  readonly generation: number;
  readonly billed: number;
  readonly totalMinor: string;
}

export async function findBaseline(
  client: Queryable,
  period: string,
  generation: number,
): Promise<Baseline | null> {
  const { rows } = await client.query<Baseline>(
    `select to_char(period, 'YYYY-MM') as period, number as generation, billed, total_minor::text as "totalMinor"
     from generations
     where state = 'live' and period <= ($1 || '-01')::date and not (period = ($1 || '-01')::date and number = $2)
     order by period desc limit 1`,
    [period, generation],
  );
  return rows[0] ?? null;
}
