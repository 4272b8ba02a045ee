import { Option, type Command } from "commander";
import { randomUUID } from "node:crypto";
import { BUCKETS } from "../../database/bucket.ts";
import {
  openGeneration,
  type NewRun,
  type OpenedGeneration,
} from "../../database/generations/open-generation.ts";
import { recordBatch } from "../../database/generations/record-batch.ts";
import { parseTariffReference } from "../../database/tariffs/load-tariff.ts";
import { loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { inTransactionOn } from "../../platform/postgres.ts";
import { jobVariables, parseWholeNumber, periodOption } from "../job-options.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { loadRunTariff } from "../run-tariff.ts";

/** Options of `prepare`. */
export interface PrepareOptions {
  readonly name: string;
  readonly runId?: string;
  readonly period: string;
  readonly tariff: string;
  readonly partitions: number;
  readonly runType: "onCycle" | "offCycle";
}

const partitionsOption = new Option("--partitions <count>", "partitions of the generation")
  .default(8)
  .argParser(parseWholeNumber(1));
const runTypeOption = new Option("--run-type <type>", "TMF678 run type")
  .choices(["onCycle", "offCycle"])
  .default("onCycle");

/** `prepare`: freezes the population of a period into a new generation, or resumes the run's own. */
export function define(command: Command): void {
  command
    .requiredOption("--name <name>", "name of the run")
    .option("--run-id <uuid>", "identity of the run; the same id resumes its generation")
    .addOption(periodOption())
    .requiredOption("--tariff <name@version>", "recorded tariff")
    .addOption(partitionsOption)
    .addOption(runTypeOption)
    .action(async (options: PrepareOptions) => {
      await runJob(
        {
          name: "prepare",
          config: loadConfig(jobVariables),
          onPermanent: ExitCode.jobHopeless,
          batch: { job: "prepare", period: options.period, generation: null, partitionIndex: null },
        },
        (job) => prepare(job, options),
      );
    });
}

/** Opens or resumes the run's generation and prints its address as JSON. */
export async function prepare(job: JobContext, options: PrepareOptions): Promise<ExitCode> {
  if (options.partitions > BUCKETS) {
    throw new PermanentError(
      "too-many-partitions",
      `--partitions must be at most ${BUCKETS}, the number of buckets`,
    );
  }
  const { name, period, runType, partitions } = options;
  const client = await job.connect();
  const startedAt = new Date();
  const tariff = await loadRunTariff(client, period, parseTariffReference(options.tariff));
  const id = options.runId ?? randomUUID();
  const { currency } = tariff.compiled;
  const run = { id, name, period, runType, tariffId: tariff.stored.id, currency, partitions };
  const opened = await inTransactionOn(client, () => openGeneration(client, run));
  if (opened.kind !== "opened" && opened.kind !== "resumed") throw refusal(run, opened);
  job.ofRun(id, opened.generation);
  const log = { job: "prepare", period, generation: opened.generation, partitionIndex: null, startedAt };
  await recordBatch(client, {
    ...log,
    total: partitions,
    succeeded: partitions,
    failed: 0,
    detail: opened.kind,
  });
  job.print(JSON.stringify({ period, generation: opened.generation, runId: id }));
  return ExitCode.done;
}

function refusal(
  { name, period }: NewRun,
  refused: Exclude<OpenedGeneration, { readonly kind: "opened" | "resumed" }>,
): PermanentError {
  const { kind } = refused;
  switch (kind) {
    case "other-run-active":
      return new PermanentError(
        kind,
        `run "${refused.run}" is computing ${period} (generation ${refused.generation}); finish or cancel it first`,
      );
    case "run-differs":
      return new PermanentError(kind, refused.difference);
    case "run-finished":
      return new PermanentError(
        kind,
        `run "${name}" has finished: its generation ${refused.generation} is ${refused.state}; settle again under a new name`,
      );
  }
}
