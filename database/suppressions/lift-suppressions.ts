import type { Queryable } from "../../platform/postgres.ts";
import { suppressionCondition, type SuppressionFilter } from "./filter.ts";

/** What lifting has done, or would do. */
export interface LiftTally {
  readonly lifted: number;
  readonly byCause: Readonly<Record<string, number>>;
  /** The first ones. */
  readonly sample: readonly number[];
  /** There are more than one command takes: give another. */
  readonly more: boolean;
}

const sampleSize = 20;

/**
 * Lifts the suppressions of a filter, at most `limit`, the oldest first; with `commandId` null nothing is changed. A
 * receipt of what occurred before does not suppress the address again.
 */
export async function liftSuppressions(
  client: Queryable,
  filter: SuppressionFilter,
  { limit, commandId }: { readonly limit: number; readonly commandId: string | null },
): Promise<LiftTally> {
  const values: unknown[] = [limit + 1];
  const { rows } = await client.query<{ id: number; cause: string }>(
    `select s.id, s.channel || ' ' || s.reason as cause from suppressions s
      where ${suppressionCondition(filter, values)}
      order by s.id
      limit $1 ${commandId === null ? "" : "for update"}`,
    values,
  );
  const taken = rows.slice(0, limit);
  const ids = taken.map(({ id }) => id);
  if (commandId !== null) {
    await client.query(
      "update suppressions set lifted_at = clock_timestamp(), lifted_by = $2 where id = any($1::bigint[])",
      [ids, commandId],
    );
  }
  const byCause: Record<string, number> = {};
  for (const { cause } of taken) byCause[cause] = (byCause[cause] ?? 0) + 1;
  return { lifted: ids.length, byCause, sample: ids.slice(0, sampleSize), more: rows.length > limit };
}
