import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "../generations/address.ts";
import type { RunRecord } from "./run-record.ts";

/** A run as one machine keeps it, with how it stood when its control loop looked last. */
export interface ListedRun extends RunRecord {
  readonly createdAt: Date;
  /** Not yet checked; null before the first look. */
  readonly status: unknown;
}

/** Which runs. */
export interface RunFilter {
  /** `YYYY-MM`. */
  readonly period?: string | undefined;
  readonly phase?: string | undefined;
}

const columns = `id, name, spec -> 'spec' as spec, (spec ->> 'generation')::int as "specGeneration",
  created_at as "createdAt", status`;

/** Runs of one machine, newest month first, then by name; after the one of that month and name, if one is given. */
export async function listRuns(
  client: Queryable,
  { period, phase }: RunFilter,
  after: readonly [period: string, name: string] | null,
  limit: number,
): Promise<ListedRun[]> {
  const month = (text: string | undefined): string | null => (text === undefined ? null : periodDate(text));
  const { rows } = await client.query<ListedRun>(
    `select ${columns} from bill_runs
      where spec ? 'spec' and ($1::date is null or period = $1) and ($2::text is null or status ->> 'phase' = $2)
        and ($3::date is null or period < $3 or (period = $3 and name > $4))
      order by period desc, name limit $5`,
    [month(period), phase ?? null, month(after?.[0]), after?.[1] ?? null, limit],
  );
  return rows;
}

/** The run of that name; null when there is none that a person wrote. */
export async function findListedRun(client: Queryable, name: string): Promise<ListedRun | null> {
  const { rows } = await client.query<ListedRun>(
    `select ${columns} from bill_runs where name = $1 and spec ? 'spec'`,
    [name],
  );
  return rows[0] ?? null;
}
