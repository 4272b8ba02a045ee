import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "../../database/migrate.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { cpuSecondsOfTree } from "../cpu-seconds.ts";
import { startBenchServer, type BenchServer } from "./bench-server.ts";
import { settleByChunks } from "./chunked.ts";
import { dropGeneration } from "./drop-generation.ts";
import { copyPreparedRows, prepareRows } from "./floor.ts";
import { settleByPipeline, type PipelineRun } from "./pipeline.ts";
import { runProgram } from "./program.ts";

/** How to measure. */
export interface SettleBenchOptions {
  readonly members: number;
  readonly partitions: number;
  readonly workers: number;
  /** Pairs of pipeline and floor, alternating; the median of each is reported. */
  readonly rounds: number;
  /** Whether to measure the customary way too, once, in the end. */
  readonly chunked: boolean;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Medians of wall seconds; `chunkedSeconds` is null when it was not measured. */
export interface SettleResult {
  readonly members: number;
  readonly partitions: number;
  readonly bills: number;
  readonly items: number;
  readonly seconds: number;
  readonly floorSeconds: number;
  readonly chunkedSeconds: number | null;
  readonly workerMaxRssMiB: number;
  /** Processor seconds of PostgreSQL and of Node, which neighbours on the machine disturb less than wall time. */
  readonly cpu: CpuSeconds;
  readonly floorCpu: CpuSeconds;
}

/** Processor seconds of one timed run. */
export interface CpuSeconds {
  readonly postgres: number;
  readonly node: number;
}

const PERIOD = "2026-10";
const TARIFF = "kr-mobile@2026-07";
const TARIFF_FILE = "tariffs/kr-mobile-2026-07.yaml";
/** Generations that the floor and the customary way write, apart from those of the ledger. */
const FLOOR_GENERATION = 1001;
const CHUNKED_GENERATION = 1002;

/** Settles a generated month by the pipeline, by the floor and the customary way, all in one run over one database. */
export async function measureSettlement(options: SettleBenchOptions): Promise<SettleResult> {
  await using server = await startBenchServer(options.folder);
  const environment = environmentFor(server.url);
  await migrate(server.url);
  await runProgram(["tariff", "record", TARIFF_FILE], environment);
  options.say(`generating ${options.members} members`);
  await runProgram(["generate", "--members", String(options.members), "--period", PERIOD], environment);
  const client = await connect({ url: server.url, applicationName: "bench" });
  try {
    await client.query("vacuum analyze");
    return await measure(client, server, { ...options, environment });
  } finally {
    await client.end();
  }
}

async function measure(
  client: Client,
  server: BenchServer,
  options: SettleBenchOptions & { readonly environment: NodeJS.ProcessEnv },
): Promise<SettleResult> {
  const { partitions, workers, say } = options;
  const runs: (PipelineRun & { readonly cpu: CpuSeconds })[] = [];
  const floors: { readonly seconds: number; readonly cpu: CpuSeconds }[] = [];
  const rowsFolder = join(server.folder, "rows");
  mkdirSync(rowsFolder);
  let sums: Sums | null = null;
  for (let round = 1; round <= options.rounds; round++) {
    const environment = { ...options.environment, DATABASE_ROLE: "billing_settlement" };
    const order = {
      name: `bench-${round}`,
      period: PERIOD,
      tariff: TARIFF,
      partitions,
      workers,
      environment,
    };
    await client.query("checkpoint");
    const meter = startCpuMeter(server);
    const run = await settleByPipeline({ ...order, logFolder: join(server.folder, "logs") });
    runs.push({ ...run, cpu: meter() });
    say(`round ${round}: pipeline ${run.seconds.toFixed(2)} s`);
    if (sums === null) {
      sums = await sumGeneration(client, run.generation);
      await prepareRows(
        server.url,
        { period: PERIOD, generation: run.generation },
        { partitions, folder: rowsFolder },
      );
    }
    await dropGeneration(client, PERIOD, run.generation);
    const rows = { period: PERIOD, partitions, folder: rowsFolder };
    const floorMeter = startCpuMeter(server);
    const connections = { generation: FLOOR_GENERATION, connections: workers };
    const seconds = await copyPreparedRows(server.url, rows, connections);
    floors.push({ seconds, cpu: floorMeter() });
    say(`round ${round}: floor ${seconds.toFixed(2)} s`);
    refuseOtherRows(sums, await sumGeneration(client, FLOOR_GENERATION), "the floor");
    await dropGeneration(client, PERIOD, FLOOR_GENERATION);
  }
  if (sums === null) throw new RangeError("at least one round is needed");
  return {
    members: options.members,
    partitions,
    bills: sums.bills,
    items: sums.items,
    seconds: median(runs.map((run) => run.seconds)),
    floorSeconds: median(floors.map((floor) => floor.seconds)),
    cpu: medianCpu(runs),
    floorCpu: medianCpu(floors),
    chunkedSeconds: options.chunked ? await measureChunks(client, server.url, workers, { sums, say }) : null,
    workerMaxRssMiB: Math.max(...runs.map((run) => run.workerMaxRssMiB)),
  };
}

async function measureChunks(
  client: Client,
  url: string,
  workers: number,
  { sums, say }: { readonly sums: Sums; readonly say: (line: string) => void },
): Promise<number> {
  const order = { url, period: PERIOD, tariff: TARIFF, generation: CHUNKED_GENERATION, workers };
  const seconds = await settleByChunks(client, order);
  say(`pages of 1,000: ${seconds.toFixed(2)} s`);
  refuseOtherRows(sums, await sumGeneration(client, CHUNKED_GENERATION), "the customary way");
  return seconds;
}

interface Sums {
  readonly bills: number;
  readonly items: number;
  readonly amountMinor: string;
  readonly digests: string;
}

/** What tells whether two generations hold the same bills. */
async function sumGeneration(client: Client, generation: number): Promise<Sums> {
  const { rows } = await client.query<Sums>(
    `select (select count(*) from bills where generation = $1) as bills,
       (select count(*) from bill_items where generation = $1) as items,
       (select sum(amount_minor)::text from bill_items where generation = $1) as "amountMinor",
       (select md5(string_agg(digest, ''::bytea order by bill_id)) from bills where generation = $1) as digests`,
    [generation],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("an aggregate always has a row");
  return row;
}

/** A comparison of different work would be worth nothing. */
function refuseOtherRows(expected: Sums, found: Sums, who: string): void {
  if (JSON.stringify(expected) === JSON.stringify(found)) return;
  throw new Error(`${who} wrote other rows: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** Starts counting processor seconds; the function returned tells those used since. */
function startCpuMeter(server: BenchServer): () => CpuSeconds {
  const postgres = cpuSecondsOfTree(server.pid);
  const node = cpuSecondsOfTree(process.pid, server.pid);
  return () => ({
    postgres: cpuSecondsOfTree(server.pid) - postgres,
    node: cpuSecondsOfTree(process.pid, server.pid) - node,
  });
}

function medianCpu(runs: readonly { readonly cpu: CpuSeconds }[]): CpuSeconds {
  return {
    postgres: median(runs.map((run) => run.cpu.postgres)),
    node: median(runs.map((run) => run.cpu.node)),
  };
}

function environmentFor(url: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    DATABASE_URL: url,
    LOG_LEVEL: "info",
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    BLIND_INDEX_KEY: randomBytes(32).toString("base64"),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError("no values");
  return middle;
}
