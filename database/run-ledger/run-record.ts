import type { Queryable } from "../../platform/postgres.ts";

/** A run as one machine keeps it: in a cluster the spec and its generation stand in the Kubernetes object instead. */
export interface RunRecord {
  readonly id: string;
  readonly name: string;
  /** The spec as it was written, not yet checked. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Counts changes of the spec, from 1. */
  readonly specGeneration: number;
}

/** Recording is refused for a tariff that is not recorded, and for a name that another period has. */
export type RecordedRun = RunRecord | "unknown-tariff";

const columns = `id, name, coalesce(spec -> 'spec', '{}') as spec,
  coalesce((spec ->> 'generation')::int, 1) as "specGeneration"`;

/** The run of that name, or null. */
export async function findRun(client: Queryable, name: string): Promise<RunRecord | null> {
  const { rows } = await client.query<RunRecord>(`select ${columns} from bill_runs where name = $1`, [name]);
  return rows[0] ?? null;
}

/** The new run to record. */
export interface NewRunRecord {
  readonly id: string;
  readonly name: string;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly tariff: { readonly name: string; readonly version: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Records a run, or finds the one of that name as it stands. */
export async function recordRun(client: Queryable, run: NewRunRecord): Promise<RecordedRun> {
  await client.query(
    `insert into bill_runs (id, name, period, tariff_id, spec)
     select $1, $2, ($3 || '-01')::date, t.id, jsonb_build_object('generation', 1, 'spec', $4::jsonb)
     from tariffs t where t.name = $5 and t.version = $6
     on conflict (name) do nothing`,
    [run.id, run.name, run.period, JSON.stringify(run.spec), run.tariff.name, run.tariff.version],
  );
  return (await findRun(client, run.name)) ?? "unknown-tariff";
}

/** Changes fields of the spec (top level), and counts the change; null when there is no such run. */
export async function changeRunSpec(
  client: Queryable,
  name: string,
  change: Readonly<Record<string, unknown>>,
): Promise<RunRecord | null> {
  const { rows } = await client.query<RunRecord>(
    `update bill_runs set spec = spec || jsonb_build_object(
       'generation', coalesce((spec ->> 'generation')::int, 1) + 1,
       'spec', coalesce(spec -> 'spec', '{}') || $2::jsonb)
     where name = $1 returning ${columns}`,
    [name, JSON.stringify(change)],
  );
  return rows[0] ?? null;
}

/** Keeps how a run stands, for whoever looks from another process; a status that says the same is not written again. */
export async function recordRunStatus(client: Queryable, runId: string, status: object): Promise<void> {
  await client.query("update bill_runs set status = $2 where id = $1 and status is distinct from $2::jsonb", [
    runId,
    JSON.stringify(status),
  ]);
}
