import type { Command } from "commander";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { loadGeneration } from "../../database/generations/load-generation.ts";
import { onceDone, recordBatch } from "../../database/generations/record-batch.ts";
import { abandonGeneration } from "../../database/run-ledger/abandon-generation.ts";
import { cancelNotifications } from "../../database/run-ledger/cancel-notifications.ts";
import { releaseGeneration } from "../../database/run-ledger/release-generation.ts";
import { loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import type { Client } from "../../platform/postgres.ts";
import { releaseFrom } from "./release-from.ts";
import { generationOption, jobVariables, periodOption } from "../job-options.ts";
import { parseInstant } from "../instant.ts";
import { runJob, type JobContext } from "../run-job.ts";

/** Changes one thing of a generation and says what came of it. Done twice it is done once. */
type LedgerWork = (client: Client, address: GenerationAddress, options: ReleaseOptions) => Promise<string>;

interface ReleaseOptions {
  /** When the messages leave: `now`, or an instant. [as they were planned] */
  readonly from?: number | "now";
}

const works: Readonly<Record<string, { readonly summary: string; readonly work: LedgerWork }>> = {
  abandon: {
    summary: "give up a generation that never became live: the period is free for another run",
    work: abandon,
  },
  release: { summary: "let the messages of a live generation leave", work: release },
  cancel: { summary: "cancel the messages of a live generation that are not on their way", work: cancel },
};

/** `ledger abandon | release | cancel`: the small changes of the ledger that the operator, which only reads, has made. */
export function define(command: Command): void {
  for (const [name, { summary, work }] of Object.entries(works)) {
    const subcommand = command
      .command(name)
      .description(summary)
      .addOption(periodOption())
      .addOption(generationOption());
    if (name === "release") {
      subcommand.option("--from <instant>", "not before this instant (RFC 3339), or `now`", parseFrom);
    }
    subcommand.action(async (options: GenerationAddress & ReleaseOptions) => {
      await runJob(
        {
          name: `ledger-${name}`,
          config: loadConfig(jobVariables),
          onPermanent: ExitCode.jobHopeless,
          batch: {
            job: `ledger-${name}`,
            period: options.period,
            generation: options.generation,
            partitionIndex: null,
          },
        },
        (job) => change(job, options, { name, work }),
      );
    });
  }
}

/** Does the work on a generation that exists, and prints what came of it as JSON. */
async function change(
  job: JobContext,
  { period, generation, ...options }: GenerationAddress & ReleaseOptions,
  { name, work }: { readonly name: string; readonly work: LedgerWork },
): Promise<ExitCode> {
  const startedAt = new Date();
  const client = await job.connect();
  const outcome = await work(client, { period, generation }, options);
  const subject = { job: `ledger-${name}`, period, generation, partitionIndex: null };
  await recordBatch(client, { ...subject, ...onceDone, startedAt, detail: outcome });
  job.print(JSON.stringify({ period, generation, outcome }));
  return ExitCode.done;
}

async function abandon(client: Client, address: GenerationAddress): Promise<string> {
  if (await abandonGeneration(client, address)) return "abandoned";
  const state = await stateOf(client, address);
  if (state === "abandoned") return "abandoned already";
  throw refusal(address, `is ${state}; only one that never became live can be given up`);
}

async function release(
  client: Client,
  address: GenerationAddress,
  { from }: ReleaseOptions,
): Promise<string> {
  const state = await stateOf(client, address);
  if (state === "superseded") return "superseded meanwhile; its messages stay";
  if (state !== "live") throw refusal(address, `is ${state}; only a live one can be released`);
  if (from !== undefined) return await releaseFrom(client, address, from === "now" ? null : from);
  await releaseGeneration(client, address);
  return "released";
}

function parseFrom(text: string): number | "now" {
  return text === "now" ? text : parseInstant(text);
}

async function cancel(client: Client, address: GenerationAddress): Promise<string> {
  const state = await stateOf(client, address);
  if (state === "superseded") return "superseded meanwhile; its messages stay";
  if (state !== "live") throw refusal(address, `is ${state}; it has no messages`);
  return `${await cancelNotifications(client, address)} messages cancelled`;
}

async function stateOf(client: Client, address: GenerationAddress): Promise<string> {
  const found = await loadGeneration(client, address);
  if (found !== null) return found.state;
  throw refusal(address, "does not exist");
}

function refusal({ period, generation }: GenerationAddress, why: string): PermanentError {
  return new PermanentError("ledger-refused", `generation ${generation} of ${period} ${why}`);
}
