import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalJobRunner } from "../../local/job-runner/job-runner.ts";
import { mainFile, runProgram } from "./program.ts";

/** What to settle, and with how many workers. */
export interface PipelineOrder {
  readonly name: string;
  readonly period: string;
  readonly tariff: string;
  readonly partitions: number;
  readonly workers: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
}

/** One settlement as it ran: wall seconds of the Job from its first process to its last, and the largest worker. */
export interface PipelineRun {
  readonly generation: number;
  readonly seconds: number;
  readonly workerMaxRssMiB: number;
}

/** Prepares a generation, then settles it as the product does: one process a partition, under the local Job runner. */
export async function settleByPipeline(order: PipelineOrder): Promise<PipelineRun> {
  const { name, period, tariff, partitions, environment } = order;
  const prepared = await runProgram(
    ["prepare", "--name", name, "--period", period, "--tariff", tariff, "--partitions", String(partitions)],
    environment,
  );
  const { generation } = prepared as { generation: number };
  const runner = new LocalJobRunner({
    command: process.execPath,
    leadingArgs: [mainFile],
    environment,
    logFolder: order.logFolder,
    graceMs: 5_000,
    baseBackoffMs: 1_000,
  });
  const startedAt = performance.now();
  await runner.start(name, {
    name: `${name}-settle`,
    kind: "settle",
    args: ["--period", period, "--generation", String(generation)],
    indexes: Array.from({ length: partitions }, (_, index) => index),
    parallelism: order.workers,
    backoffLimitPerIndex: 0,
    maxFailedIndexes: 0,
  });
  for (;;) {
    const [job] = await runner.jobsOf(name);
    if (job?.state === "failed") throw new Error(`settlement failed: ${job.failure?.message ?? "?"}`);
    if (job?.state === "succeeded") break;
    await sleep(10);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { generation, seconds, workerMaxRssMiB: largestWorker(order.logFolder, `${name}-settle`) };
}

function largestWorker(logFolder: string, job: string): number {
  const logs = readdirSync(logFolder).filter((file) => file.startsWith(job));
  const sizes = logs.flatMap((file) =>
    [...readFileSync(join(logFolder, file), "utf8").matchAll(/"maxRssMiB":(\d+)/g)].map((match) =>
      Number(match[1]),
    ),
  );
  return Math.max(...sizes);
}
