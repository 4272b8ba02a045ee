import type { Queryable } from "../../platform/postgres.ts";

/** A generation whose bills can be written out. */
export interface ExportableGeneration {
  readonly number: number;
  readonly state: string;
  readonly currency: string;
}

/**
 * The wanted generation of a period (`YYYY-MM`), whatever its state; by default the live one, else the newest that is proved,
 * else the one still settling. Null when there is none.
 */
export async function exportableGeneration(
  client: Queryable,
  period: string,
  wanted: number | null,
): Promise<ExportableGeneration | null> {
  const { rows } = await client.query<ExportableGeneration>(
    `select number, state::text as state, currency from generations
     where period = $1 and case when $2::smallint is null then state <> 'abandoned' else number = $2 end
     order by array_position(array['live', 'verified', 'superseded', 'settling'], state::text), number desc limit 1`,
    [`${period}-01`, wanted],
  );
  return rows[0] ?? null;
}
