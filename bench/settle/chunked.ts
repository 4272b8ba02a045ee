import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { attachStagedLeaf, createStagedLeaf, indexStagedLeaf } from "../../database/bills/leaf.ts";
import type { Client } from "../../platform/postgres.ts";
import { chunkIndexes } from "./chunk-queries.ts";

const worker = fileURLToPath(new URL("./chunk-worker.ts", import.meta.url));
const run = promisify(execFile);

/** What the customary way settles. */
export interface ChunkedOrder {
  readonly url: string;
  readonly period: string;
  readonly tariff: string;
  readonly generation: number;
  readonly workers: number;
}

/**
 * Settles the period the customary way, in as many processes as the pipeline has workers, each with its range of
 * accounts, into tables that are keyed from the start. Returns wall seconds, process start included as for the pipeline.
 */
export async function settleByChunks(client: Client, order: ChunkedOrder): Promise<number> {
  for (const statement of chunkIndexes) await client.query(statement);
  await client.query("analyze");
  const leaf = { period: order.period, generation: order.generation, partitionIndex: 0 };
  const staged = await createStagedLeaf(client, leaf, 1);
  await indexStagedLeaf(client, staged);
  await attachStagedLeaf(client, leaf, staged);
  await client.query("checkpoint");
  const ranges = await accountRanges(client, order.workers);
  const startedAt = performance.now();
  await Promise.all(
    ranges.map(([from, to]) =>
      run(process.execPath, [
        worker,
        ...["--url", order.url, "--period", order.period, "--tariff", order.tariff],
        ...["--generation", String(order.generation), "--from", String(from), "--to", String(to)],
      ]),
    ),
  );
  return (performance.now() - startedAt) / 1000;
}

/** Ranges (after, upTo] of account numbers with equally many accounts. */
async function accountRanges(client: Client, count: number): Promise<[number, number][]> {
  const { rows } = await client.query<{ first: number; last: number }>(
    `select min(id) as first, max(id) as last from (select id, ntile($1) over (order by id) as part from accounts) parts
     group by part order by part`,
    [count],
  );
  return rows.map((row) => [row.first - 1, row.last]);
}
