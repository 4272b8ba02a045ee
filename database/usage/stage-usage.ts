import type { Client, Queryable } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** One row of an imported usage file, before it is checked against the database. */
export interface StagedUsage {
  readonly line: number;
  readonly recordId: string;
  readonly subscription: number;
  readonly meter: string;
  readonly startedAtMs: number;
  /** Epoch day of the first day of the month. */
  readonly period: number;
  readonly quantityMilli: number;
  readonly original: string;
}

/** Creates the transaction's own stage; it is gone at its end. */
export async function createUsageStage(client: Queryable): Promise<void> {
  await client.query(
    `create temp table stage_usage (line bigint, record_id text, subscription_id bigint, meter text,
       started_at timestamptz, period date, quantity_milli bigint, original text) on commit drop`,
  );
}

/** Appends one row in the column order of `copyUsageStage`. */
export function encodeStagedUsage(rows: BinaryRows, usage: StagedUsage): void {
  rows.row(8);
  rows.bigint(usage.line);
  rows.text(usage.recordId);
  rows.bigint(usage.subscription);
  rows.text(usage.meter);
  rows.timestamptz(usage.startedAtMs);
  rows.date(usage.period);
  rows.bigint(usage.quantityMilli);
  rows.text(usage.original);
}

/** Adds encoded rows to the stage. */
export async function copyUsageStage(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(
    client,
    "stage_usage (line, record_id, subscription_id, meter, started_at, period, quantity_milli, original)",
    rows,
  );
}

/** Gathers statistics of the filled stage; temporary tables get none by themselves. */
export async function analyzeUsageStage(client: Queryable): Promise<void> {
  await client.query("analyze stage_usage");
}

/** Number of rows that are still staged. */
export async function countStagedUsage(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ count: number }>("select count(*) as count from stage_usage");
  return rows[0]?.count ?? 0;
}
