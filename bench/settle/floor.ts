import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  attachStagedLeaf,
  billColumns,
  createStagedLeaf,
  indexStagedLeaf,
  itemColumns,
} from "../../database/bills/leaf.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { generationScope } from "../../database/proof/scope.ts";
import { connect, copyIn, copyOut, type Client } from "../../platform/postgres.ts";

/** Rows of a settled generation as binary COPY files, one pair a partition. */
export interface PreparedRows {
  readonly period: string;
  readonly partitions: number;
  readonly folder: string;
}

const READ_BYTES = 1 << 20;

/** Writes the rows of a generation to files, in the order in which settlement wrote them. Not timed. */
export async function prepareRows(
  url: string,
  address: GenerationAddress,
  target: { readonly partitions: number; readonly folder: string },
): Promise<PreparedRows> {
  const client = await connect({ url, applicationName: "bench-floor" });
  try {
    for (let index = 0; index < target.partitions; index++) {
      for (const [table, columns] of sources) {
        const scope = `${generationScope("t", address)} and t.partition_index = ${index}`;
        const order = table === "bills" ? "bill_id" : "bill_id, line";
        const rows = `select ${columns.join(", ")} from ${table} t where ${scope} order by ${order}`;
        const stream = copyOut(client, `copy (${rows}) to stdout (format binary)`);
        await pipeline(stream, createWriteStream(fileOf(target.folder, table, index)));
      }
    }
  } finally {
    await client.end();
  }
  return { period: address.period, ...target };
}

/**
 * The floor: exactly those rows, ready in files, by COPY into leaf tables of the same form, keyed and attached, over as many
 * connections as there are workers. Returns wall seconds.
 */
export async function copyPreparedRows(
  url: string,
  rows: PreparedRows,
  options: { readonly generation: number; readonly connections: number },
): Promise<number> {
  const open = (): Promise<Client> => connect({ url, applicationName: "bench-floor" });
  const clients = await Promise.all(Array.from({ length: options.connections }, open));
  const waiting = Array.from({ length: rows.partitions }, (_, index) => index);
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
        await copyPartition(client, rows, { generation: options.generation, index });
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return seconds;
}

async function copyPartition(
  client: Client,
  rows: PreparedRows,
  { generation, index }: { readonly generation: number; readonly index: number },
): Promise<void> {
  const leaf = { period: rows.period, generation, partitionIndex: index };
  await client.query("begin");
  const staged = await createStagedLeaf(client, leaf, 1);
  for (const [table, columns] of sources) {
    const target = table === "bills" ? staged.bills : staged.items;
    const file = createReadStream(fileOf(rows.folder, table, index), { highWaterMark: READ_BYTES });
    await pipeline(
      file,
      copyIn(client, `copy ${target} (${columns.join(", ")}) from stdin (format binary, freeze)`),
    );
  }
  await indexStagedLeaf(client, staged);
  await attachStagedLeaf(client, leaf, staged);
  await client.query("commit");
}

const sources = [
  ["bills", billColumns],
  ["bill_items", itemColumns],
] as const;

function fileOf(folder: string, table: string, index: number): string {
  return join(folder, `${table}-${index}.copy`);
}
