/** Which suppressions are meant; what is left out does not matter. */
export interface SuppressionFilter {
  /** Their numbers, as the list shows them. */
  readonly ids?: readonly number[];
  readonly channel?: string;
  /** `hard-bounce` or `complaint`. */
  readonly cause?: string;
  /** Who told. */
  readonly source?: string;
  readonly member?: number;
  /** When they were suppressed, machine clock, ISO 8601, [from, to). */
  readonly from?: string;
  readonly before?: string;
}

/** The filter as a condition on alias `s` of suppressions in force, its values appended to `values`. */
export function suppressionCondition(filter: SuppressionFilter, values: unknown[]): string {
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const parts = ["s.lifted_at is null"];
  if (filter.ids !== undefined) parts.push(`s.id = any(${parameter(filter.ids)}::bigint[])`);
  if (filter.channel !== undefined) parts.push(`s.channel = ${parameter(filter.channel)}`);
  if (filter.cause !== undefined) parts.push(`s.reason = ${parameter(filter.cause)}`);
  if (filter.source !== undefined) parts.push(`s.source = ${parameter(filter.source)}`);
  if (filter.member !== undefined) {
    const member = parameter(filter.member);
    parts.push(`s.id in (select suppression_id from suppressed_members where member_id = ${member})`);
  }
  if (filter.from !== undefined) parts.push(`s.created_at >= ${parameter(filter.from)}::timestamptz`);
  if (filter.before !== undefined) parts.push(`s.created_at < ${parameter(filter.before)}::timestamptz`);
  return parts.join(" and ");
}
