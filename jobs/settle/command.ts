import { hostname } from "node:os";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { PartitionAddress } from "../../database/generations/address.ts";
import { claimPartition } from "../../database/generations/claim-partition.ts";
import { failPartition } from "../../database/generations/fail-partition.ts";
import { loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { parseIndexRanges } from "../../platform/index-ranges.ts";
import type { Client } from "../../platform/postgres.ts";
import { generationOption, jobVariables, parseWholeNumber, periodOption } from "../job-options.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { loadRunTariff } from "../run-tariff.ts";
import { FencedOut, settlePartition } from "./settle-partition.ts";

interface SettleOptions {
  readonly period: string;
  readonly generation: number;
  readonly partition: number;
  readonly partitions?: readonly number[];
}

/** `settle`: computes the bills of one partition; what one pod of the Indexed Job runs. */
export function define(command: Command): void {
  command
    .addOption(periodOption())
    .addOption(generationOption())
    .addOption(
      new Option("--partition <index>", "partition index")
        .env("JOB_COMPLETION_INDEX")
        .argParser(parseWholeNumber(0))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "--partitions <ranges>",
        "partitions of the Job, e.g. 0-3,7: --partition counts through these",
      )
        .env("PARTITIONS")
        .argParser(parsePartitions),
    )
    .action(async (options: SettleOptions) => {
      const { period, generation } = options;
      const address = { period, generation, partitionIndex: partitionOf(options) };
      await runJob(
        {
          name: "settle",
          config: loadConfig(jobVariables),
          onPermanent: ExitCode.partitionHopeless,
          batch: { job: "settle", ...address },
        },
        (job) => settle(job, address),
      );
    });
}

/** A Job's indexes count from 0 without a gap; those of a retry, or of what the canary left, stand for others. */
function partitionOf({ partition, partitions }: SettleOptions): number {
  if (partitions === undefined) return partition;
  const index = partitions[partition];
  if (index !== undefined) return index;
  process.stderr.write(`settle: the Job has ${partitions.length} partitions, none at place ${partition}\n`);
  process.exit(ExitCode.badConfig);
}

function parsePartitions(text: string): number[] {
  try {
    return parseIndexRanges(text);
  } catch (error) {
    throw new InvalidArgumentError((error as RangeError).message);
  }
}

/** Claims the partition and settles it, unless it is done already. */
export async function settle(job: JobContext, address: PartitionAddress): Promise<ExitCode> {
  const writer = await job.connect();
  const claim = await claimPartition(writer, address, `${hostname()}/${process.pid}`);
  switch (claim.kind) {
    case "already-done":
      job.logger.info(address, "partition is done already");
      return ExitCode.done;
    case "closed":
      job.logger.error({ ...address, state: claim.state }, "generation is not being settled");
      job.fails("generation-closed");
      return ExitCode.jobHopeless;
    case "unknown":
      throw new PermanentError(
        "unknown-partition",
        `there is no partition ${address.partitionIndex} of that generation`,
      );
    case "claimed":
  }
  job.ofRun(claim.runId, address.generation);
  try {
    const reader = await job.connect();
    const tariff = await loadRunTariff(reader, address.period, { id: claim.tariffId });
    const bench = { reader, writer, tariff, signal: job.signal, meter: job.meter };
    job.meter.expects(claim.expectedAccounts);
    const { billed, held, excluded, items } = await settlePartition(bench, address, claim);
    const maxRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
    job.logger.info({ ...address, billed, held, excluded, items, maxRssMiB }, "partition settled");
    return ExitCode.done;
  } catch (error) {
    // Another attempt owns the partition now: this one neither succeeded nor failed.
    if (error instanceof FencedOut) {
      job.fails("fenced-out");
      return ExitCode.interrupted;
    }
    await noteFailure(job, address, { fence: claim.fence, writer, error });
    throw error;
  }
}

async function noteFailure(
  job: JobContext,
  address: PartitionAddress,
  attempt: { readonly fence: number; readonly writer: Client; readonly error: unknown },
): Promise<void> {
  const message = attempt.error instanceof Error ? attempt.error.message : String(attempt.error);
  await failPartition(attempt.writer, address, attempt.fence, message).catch((error: unknown) => {
    job.logger.warn({ ...address, error: String(error) }, "could not note the failure in the ledger");
  });
}
