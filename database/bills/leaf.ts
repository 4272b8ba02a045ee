import type { Queryable } from "../../platform/postgres.ts";

/** A settlement partition's own tables of bills and of items. */
export interface BillLeaf {
  /** `YYYY-MM`. */
  readonly period: string;
  readonly generation: number;
  readonly partitionIndex: number;
}

/** Names of the two staged tables of one attempt, and the columns a COPY into each fills, in order. */
export interface StagedLeaf {
  readonly bills: string;
  readonly items: string;
}

export const billColumns = [
  "bill_id",
  "account_id",
  "item_count",
  "taxable_minor",
  "tax_minor",
  "total_minor",
  "digest",
  "snapshot",
] as const;

export const itemColumns = [
  "bill_id",
  "quantity_milli",
  "rate_micro",
  "amount_minor",
  "line",
  "code_id",
] as const;

/** bill_id = yyyymm * 10^10 + account number: the same bill in every generation, and a safe integer. */
export function billId(period: string, accountId: number): number {
  return Number(period.replace("-", "")) * 1e10 + accountId;
}

/** First bill id of the month and first one after it. */
export function billIdRange(period: string): { readonly from: number; readonly to: number } {
  const [year = 0, month = 0] = period.split("-").map(Number);
  const next = month === 12 ? (year + 1) * 100 + 1 : year * 100 + month + 1;
  return { from: (year * 100 + month) * 1e10, to: next * 1e10 };
}

/** Name of an attached leaf of `parent`, e.g. `bills_2026_10_g1_p7`. */
function leafName(parent: "bills" | "bill_items", leaf: BillLeaf): string {
  return `${monthTable(parent, leaf)}_g${leaf.generation}_p${leaf.partitionIndex}`;
}

function monthTable(parent: "bills" | "bill_items", leaf: BillLeaf): string {
  return `${parent}_${leaf.period.replace("-", "_")}`;
}

/**
 * Creates the two tables of an attempt, beside the partitioned ones and named after its fence, inside the attempt's
 * transaction: no one sees them before the commit, and a crash leaves nothing. Columns that are the same in every row
 * are defaults, so that COPY need not send them; check constraints say what the partition bounds will say, so that
 * attaching scans nothing.
 */
export async function createStagedLeaf(
  client: Queryable,
  leaf: BillLeaf,
  fence: number,
): Promise<StagedLeaf> {
  const staged = {
    bills: `${leafName("bills", leaf)}_f${fence}`,
    items: `${leafName("bill_items", leaf)}_f${fence}`,
  };
  for (const [parent, table] of [["bills", staged.bills] as const, ["bill_items", staged.items] as const]) {
    const { from, to } = billIdRange(leaf.period);
    await client.query(
      `create table ${table} (
         like ${parent} including defaults,
         constraint bounds check (bill_id >= ${from} and bill_id < ${to}
           and generation = ${leaf.generation} and partition_index = ${leaf.partitionIndex})
       )`,
    );
    await client.query(
      `alter table ${table} alter generation set default ${leaf.generation},
         alter partition_index set default ${leaf.partitionIndex}`,
    );
  }
  await client.query(`alter table ${staged.bills} alter state set default 'validated'`);
  return staged;
}

/** Keys the staged tables: one bill an account, one item a line. Throws unique_violation (23505) when that is not so. */
export async function indexStagedLeaf(client: Queryable, staged: StagedLeaf): Promise<void> {
  // The other partitions are the parallelism: helpers of one index build would only take their cores.
  await client.query(
    "set local maintenance_work_mem = '128MB'; set local max_parallel_maintenance_workers = 0",
  );
  await client.query(`alter table ${staged.bills} add primary key (bill_id)`);
  await client.query(`alter table ${staged.items} add primary key (bill_id, line)`);
}

/**
 * Makes the staged tables partitions of `bills` and `bill_items`. The last step before the commit, because concurrent
 * workers wait for each other's lock on the month's table from here on.
 */
export async function attachStagedLeaf(client: Queryable, leaf: BillLeaf, staged: StagedLeaf): Promise<void> {
  const { generation, partitionIndex } = leaf;
  for (const [parent, table] of [["bills", staged.bills] as const, ["bill_items", staged.items] as const]) {
    await client.query(`alter table ${table} rename to ${leafName(parent, leaf)}`);
    await client.query(
      `alter table ${monthTable(parent, leaf)} attach partition ${leafName(parent, leaf)}
         for values from (${generation}, ${partitionIndex}) to (${generation}, ${partitionIndex + 1})`,
    );
    await client.query(`alter table ${leafName(parent, leaf)} drop constraint bounds`);
  }
}
