import type { Client, Queryable } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** One row of an imported subscriptions file, before it is checked against the database; epoch days. */
export interface StagedSubscription {
  readonly line: number;
  readonly subscription: number;
  readonly account: number;
  readonly plan: string;
  readonly startedOn: number;
  readonly endedOn: number | null;
  readonly contractMonths: number | null;
  readonly contractStartedOn: number | null;
  readonly contractTerminatedOn: number | null;
  readonly original: string;
}

/** One add-on of such a row. */
export interface StagedAddOn {
  readonly line: number;
  readonly code: string;
  readonly startedOn: number;
  readonly endedOn: number | null;
}

/** Creates the transaction's own stages; they are gone at its end. */
export async function createSubscriptionStage(client: Queryable): Promise<void> {
  await client.query(
    `create temp table stage_subscriptions (line bigint, id bigint, account_id bigint, plan text, started_on date,
       ended_on date, contract_months smallint, contract_started_on date, contract_terminated_on date, original text)
     on commit drop`,
  );
  await client.query(
    "create temp table stage_add_ons (line bigint, code text, started_on date, ended_on date) on commit drop",
  );
}

/** Appends one row in the column order of `copySubscriptionStage`. */
export function encodeStagedSubscription(rows: BinaryRows, row: StagedSubscription): void {
  rows.row(10);
  rows.bigint(row.line);
  rows.bigint(row.subscription);
  rows.bigint(row.account);
  rows.text(row.plan);
  rows.date(row.startedOn);
  rows.date(row.endedOn);
  rows.smallint(row.contractMonths);
  rows.date(row.contractStartedOn);
  rows.date(row.contractTerminatedOn);
  rows.text(row.original);
}

/** Appends one add-on in the column order of `copySubscriptionStage`. */
export function encodeStagedAddOn(rows: BinaryRows, addOn: StagedAddOn): void {
  rows.row(4);
  rows.bigint(addOn.line);
  rows.text(addOn.code);
  rows.date(addOn.startedOn);
  rows.date(addOn.endedOn);
}

/** Adds encoded rows to the stages. */
export async function copySubscriptionStage(
  client: Client,
  rows: BinaryRows,
  addOns: BinaryRows,
): Promise<void> {
  await copyRows(
    client,
    `stage_subscriptions (line, id, account_id, plan, started_on, ended_on, contract_months, contract_started_on,
                          contract_terminated_on, original)`,
    rows,
  );
  await copyRows(client, "stage_add_ons (line, code, started_on, ended_on)", addOns);
}

/** Gathers statistics of the filled stages; temporary tables get none by themselves. */
export async function analyzeSubscriptionStage(client: Queryable): Promise<void> {
  await client.query("analyze stage_subscriptions, stage_add_ons");
}
