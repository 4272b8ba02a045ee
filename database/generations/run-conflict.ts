import type { Queryable } from "../../platform/postgres.ts";
import type { NewRun } from "./open-generation.ts";

interface StandingRun {
  readonly id: string;
  readonly name: string;
  readonly period: string;
  readonly tariffId: number;
}

/**
 * Why the run is not the one the ledger knows, as a sentence; null when it is, or is new. A run's name, period and tariff
 * never change: a generation resumed under another tariff would be settled by the one it was opened with, unnoticed.
 */
export async function findRunConflict(client: Queryable, run: NewRun): Promise<string | null> {
  const { rows } = await client.query<StandingRun>(
    `select id, name, to_char(period, 'YYYY-MM') as period, tariff_id as "tariffId" from bill_runs
     where id = $1 or name = $2`,
    [run.id, run.name],
  );
  const namesake = rows.find((row) => row.id !== run.id.toLowerCase());
  if (namesake !== undefined) {
    return `name "${run.name}" belongs to another run; resume that one by --run-id ${namesake.id}, or choose a new name`;
  }
  const [own] = rows;
  if (own === undefined) return null;
  if (own.name !== run.name) return `run ${run.id} is named "${own.name}", which cannot change`;
  if (own.period !== run.period) return `run "${own.name}" is of ${own.period}, which cannot change`;
  return own.tariffId === run.tariffId
    ? null
    : `run "${own.name}" is billed by another tariff, which cannot change`;
}
