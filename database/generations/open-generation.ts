import type { Queryable } from "../../platform/postgres.ts";
import { BUCKETS } from "../bucket.ts";
import { periodDate } from "./address.ts";
import { findRunConflict } from "./run-conflict.ts";

/** A run as `prepare` is told of it. */
export interface NewRun {
  readonly id: string;
  readonly name: string;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly runType: "onCycle" | "offCycle";
  readonly tariffId: number;
  readonly currency: string;
  readonly partitions: number;
}

export type OpenedGeneration =
  | { readonly kind: "opened"; readonly generation: number }
  | { readonly kind: "resumed"; readonly generation: number }
  | { readonly kind: "run-finished"; readonly generation: number; readonly state: string }
  | { readonly kind: "other-run-active"; readonly generation: number; readonly run: string }
  | { readonly kind: "run-differs"; readonly difference: string };

/** Tables whose rows a bill depends on; frozen together, in this order. */
const inputTables = [
  "accounts",
  "subscriptions",
  "suspensions",
  "contracts",
  "add_ons",
  "adjustments",
  "usage_records",
];

/**
 * Opens a new generation of the period for the run, with its population frozen and its partitions laid out; or finds the
 * one the run has open already. Runs in the caller's transaction and waits, under table locks that let readers pass, for
 * writers of the input tables to commit, so that what they wrote is either all in or all out.
 */
export async function openGeneration(client: Queryable, run: NewRun): Promise<OpenedGeneration> {
  await client.query("select pg_advisory_xact_lock(hashtext('generations ' || $1))", [run.period]);
  const difference = await findRunConflict(client, run);
  if (difference !== null) return { kind: "run-differs", difference };
  const standing = await findStanding(client, run);
  if (standing !== null) return standing;
  await client.query(
    "select create_bill_month($1), create_notification_month($1), create_attempt_month($1)",
    [periodDate(run.period)],
  );
  await client.query(
    `insert into bill_runs (id, name, period, run_type, tariff_id, spec) values ($1, $2, $3, $4, $5, '{}')
     on conflict (id) do nothing`,
    [run.id, run.name, periodDate(run.period), run.runType, run.tariffId],
  );
  await client.query(`lock table ${inputTables.join(", ")} in share mode`);
  const generation = await insertGeneration(client, run);
  await insertPartitions(client, run, generation);
  return { kind: "opened", generation };
}

async function findStanding(client: Queryable, run: NewRun): Promise<OpenedGeneration | null> {
  const { rows } = await client.query<{
    number: number;
    state: string;
    partitions: number;
    runId: string;
    run: string;
  }>(
    `select g.number, g.state, g.partitions, g.run_id as "runId", r.name as run
     from generations g join bill_runs r on r.id = g.run_id
     where g.period = $1 and (g.run_id = $2 or g.state in ('settling', 'verified'))
     order by g.state in ('settling', 'verified') desc, g.number desc limit 1`,
    [periodDate(run.period), run.id],
  );
  const [row] = rows;
  if (row === undefined || (row.runId === run.id && row.state === "abandoned")) return null;
  if (row.runId !== run.id) return { kind: "other-run-active", generation: row.number, run: row.run };
  const open = row.state === "settling" || row.state === "verified";
  if (open && row.partitions !== run.partitions) {
    const difference = `generation ${row.number} has ${row.partitions} partitions, which cannot change`;
    return { kind: "run-differs", difference };
  }
  if (open) return { kind: "resumed", generation: row.number };
  return { kind: "run-finished", generation: row.number, state: row.state };
}

async function insertGeneration(client: Queryable, run: NewRun): Promise<number> {
  const { rows } = await client.query<{ number: number }>(
    `insert into generations (period, number, run_id, tariff_id, state, partitions, frozen_at, expected_accounts, currency)
     select $1, coalesce((select max(number) from generations where period = $1), 0) + 1, $2, $3, 'settling', $4,
       clock_timestamp(), 0, $5
     returning number`,
    [periodDate(run.period), run.id, run.tariffId, run.partitions, run.currency],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("the generation was not inserted");
  return row.number;
}

/** Equal ranges of buckets; a range's accounts are counted now, and verify holds the partition to that number. */
async function insertPartitions(client: Queryable, run: NewRun, generation: number): Promise<void> {
  const parameters = [periodDate(run.period), generation];
  await client.query(
    `insert into generation_partitions
       (period, generation, partition_index, bucket_from, bucket_to, expected_accounts)
     select $1, $2, range.index, range.bucket_from, range.bucket_to, coalesce(sum(counted.accounts), 0)
     from (
       select index, index * ${BUCKETS} / $3 as bucket_from, (index + 1) * ${BUCKETS} / $3 as bucket_to
       from generate_series(0, $3::int - 1) index
     ) range
     left join (
       select bucket, count(*) as accounts from accounts
       where recorded_at <= (select frozen_at from generations where period = $1 and number = $2)
       group by bucket
     ) counted on counted.bucket >= range.bucket_from and counted.bucket < range.bucket_to
     group by range.index, range.bucket_from, range.bucket_to`,
    [...parameters, run.partitions],
  );
  await client.query(
    `update generations set expected_accounts =
       (select sum(expected_accounts) from generation_partitions where period = $1 and generation = $2)
     where period = $1 and number = $2`,
    parameters,
  );
}
