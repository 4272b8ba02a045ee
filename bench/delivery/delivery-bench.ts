import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import { join } from "node:path";
import { migrate } from "../../database/migrate.ts";
import { connect } from "../../platform/postgres.ts";
import { measureDispatcher, type DispatcherResult } from "./dispatcher-bench.ts";
import { promoteDueMonth, type DueMonth } from "./due-month.ts";
import type { Field } from "./field.ts";
import { measurePipeline, type PipelineResult } from "./pipeline-bench.ts";
import { measureCustomary, type CustomaryResult } from "./customary/customary-bench.ts";
import { setStage, startServer, type Server } from "./servers.ts";

/** How to measure. */
export interface DeliveryBenchOptions {
  /** Members whose bills are sent. */
  readonly members: number;
  /** Whether dispatcher alone and the customary consumer are measured beside the pipeline. */
  readonly beside: boolean;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** What delivery did, and beside it what else was measured over the same month. */
export interface DeliveryResult extends PipelineResult {
  readonly messages: number;
  /** Load average of the minute before the first measurement, by whoever. */
  readonly loadBefore: number;
  readonly dispatcher: DispatcherResult | null;
  readonly customary: CustomaryResult | null;
}

/**
 * Makes a month of which every message is due at once, and sends copies of it through real processes, PostgreSQL and Kafka,
 * to a provider of 1 s and 1 % failures: by the dispatcher alone, by the customary consumer, by the pipeline.
 */
export async function measureDelivery(options: DeliveryBenchOptions): Promise<DeliveryResult> {
  const { members, beside, say } = options;
  await using server = await startServer(options.folder);
  const keys = personalKeys();
  say(`delivery: settling ${members} members`);
  const month = await dueMonth(server, members, keys);
  say(`delivery: ${month.messages} messages are due`);
  const loadBefore = loadavg()[0] ?? 0;
  const on = async <Result>(name: string, measure: (field: Field) => Promise<Result>): Promise<Result> => {
    await using stage = await setStage(server, name);
    const servers = { DATABASE_URL: stage.databaseUrl, KAFKA_BOOTSTRAP: stage.kafka.bootstrap };
    const environment = { ...keys, ...servers };
    return await measure({ stage, month, environment, postgresPid: server.postgres.pid, say });
  };
  const dispatcher = beside ? await on("dispatcher_alone", measureDispatcher) : null;
  const customary = beside ? await on("customary", measureCustomary) : null;
  const pipeline = await on("pipeline", measurePipeline);
  return { ...pipeline, messages: month.messages, loadBefore, dispatcher, customary };
}

async function dueMonth(server: Server, members: number, keys: NodeJS.ProcessEnv): Promise<DueMonth> {
  const { url } = server.postgres;
  await migrate(url);
  const client = await connect({ url, applicationName: "bench" });
  try {
    const environment = { ...keys, DATABASE_URL: url };
    return await promoteDueMonth(client, { members, environment, logFolder: join(server.folder, "logs") });
  } finally {
    await client.end();
  }
}

function personalKeys(): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    // For profiles of the processes: see docs/benchmarks.md.
    NODE_OPTIONS: process.env["NODE_OPTIONS"],
    LOG_LEVEL: "info",
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    BLIND_INDEX_KEY: randomBytes(32).toString("base64"),
  };
}
