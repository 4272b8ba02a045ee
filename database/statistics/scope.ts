import { periodDate } from "../generations/address.ts";

/** Which generations are asked about; what is left out does not matter. */
export interface StatisticsScope {
  /** `YYYY-MM`. */
  readonly period?: string;
  readonly generation?: number;
}

/** The scope as a condition on `period` and `generation` with its first parameters. */
export function scopeOf({ period, generation }: StatisticsScope): {
  readonly condition: string;
  readonly values: readonly unknown[] & unknown[];
} {
  const values: unknown[] = [];
  const parts = ["true"];
  if (period !== undefined) parts.push(`period = $${values.push(periodDate(period))}`);
  if (generation !== undefined) parts.push(`generation = $${values.push(generation)}`);
  return { condition: parts.join(" and "), values };
}
