import type { Queryable } from "../../platform/postgres.ts";
import type { AdmissionFacts } from "./admission-facts.ts";

/** The run that asks to begin. */
export interface Applicant {
  readonly id: string;
  readonly name: string;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly tariff: { readonly name: string; readonly version: string };
}

interface AdmissionRow extends Omit<AdmissionFacts, "busyWith"> {
  readonly busyRun: string | null;
  readonly busyGeneration: number | null;
}

/** Reads what decides about the beginning of a run; probes of indexes, whatever the number of accounts and records. */
export async function observeAdmission(client: Queryable, applicant: Applicant): Promise<AdmissionFacts> {
  const { id, name, period, tariff } = applicant;
  const { rows } = await client.query<AdmissionRow>(
    `select exists (select from tariffs where name = $3 and version = $4) as "tariffRecorded",
       (select present from accounts_present) as "hasAccounts",
       exists (select from usage_months where period = ($2 || '-01')::date) as "hasUsage",
       exists (select from bill_runs where name = $5 and id <> $1::uuid) as "nameTaken",
       busy.run as "busyRun", busy.generation as "busyGeneration"
     from (values (1)) always left join lateral (
       select r.name as run, g.number as generation
       from generations g join bill_runs r on r.id = g.run_id
       where g.period = ($2 || '-01')::date and g.state in ('settling', 'verified') and g.run_id <> $1::uuid limit 1
     ) busy on true`,
    [id, period, tariff.name, tariff.version, name],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a select from values always has a row");
  const { busyRun: run, busyGeneration: generation, ...facts } = row;
  return { ...facts, busyWith: run === null || generation === null ? null : { run, generation } };
}
