/** Which dead letters are meant; what is left out does not matter. */
export interface DeadLetterFilter {
  /** Their numbers, as the list shows them. */
  readonly ids?: readonly number[];
  readonly channel?: string;
  readonly cause?: string;
  /** `YYYY-MM`. */
  readonly period?: string;
  readonly generation?: number;
  /** Name of the BillingRun. */
  readonly run?: string;
  /** When they died, machine clock, ISO 8601, [from, to). */
  readonly diedFrom?: string;
  readonly diedBefore?: string;
  /** Also those that were redriven. [only open ones] */
  readonly redriven?: boolean;
}

/** The filter as a condition on alias `d`, its values appended to `values`. */
export function deadLetterCondition(filter: DeadLetterFilter, values: unknown[]): string {
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const parts: string[] = [];
  if (filter.redriven !== true) parts.push("d.redriven_at is null");
  if (filter.ids !== undefined) parts.push(`d.id = any(${parameter(filter.ids)}::bigint[])`);
  if (filter.channel !== undefined) parts.push(`d.channel = ${parameter(filter.channel)}`);
  if (filter.cause !== undefined) parts.push(`d.cause = ${parameter(filter.cause)}`);
  if (filter.period !== undefined) {
    const month = parameter(`${filter.period}-01`);
    const bound = (of: string): string => `to_char(${of}, 'YYYYMM')::bigint * 10000000000`;
    parts.push(`d.bill_id >= ${bound(`${month}::date`)}`);
    parts.push(`d.bill_id < ${bound(`(${month}::date + interval '1 month')`)}`);
  }
  if (filter.generation !== undefined) parts.push(`d.generation = ${parameter(filter.generation)}`);
  if (filter.run !== undefined) {
    parts.push(`exists (
      select from generations g join bill_runs r on r.id = g.run_id
       where r.name = ${parameter(filter.run)} and g.number = d.generation
         and to_char(g.period, 'YYYYMM')::bigint = d.bill_id / 10000000000)`);
  }
  if (filter.diedFrom !== undefined) parts.push(`d.created_at >= ${parameter(filter.diedFrom)}::timestamptz`);
  if (filter.diedBefore !== undefined)
    parts.push(`d.created_at < ${parameter(filter.diedBefore)}::timestamptz`);
  return parts.length === 0 ? "true" : parts.join(" and ");
}
