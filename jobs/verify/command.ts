import { Option, type Command } from "commander";
import { analyzeBills } from "../../database/bills/analyze-bills.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { loadGeneration, type Generation } from "../../database/generations/load-generation.ts";
import { recordBatch } from "../../database/generations/record-batch.ts";
import { recordFailedProof, recordProof, type Check } from "../../database/generations/record-proof.ts";
import { loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import { generationOption, jobVariables, parseWholeNumber, periodOption } from "../job-options.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { loadRunTariff } from "../run-tariff.ts";
import { checkGeneration, type Evidence } from "./checks.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import { runDigest } from "./run-digest.ts";

/** Options of `verify`. */
export interface VerifyOptions extends GenerationAddress {
  readonly sample: number;
}

const sampleOption = new Option("--sample <bills>", "how many bills to compute anew from their snapshots")
  .default(1000)
  .argParser(parseWholeNumber(1));

/** `verify`: proves a settled generation from its tables; exits 43 when the proof fails. */
export function define(command: Command): void {
  command
    .addOption(periodOption())
    .addOption(generationOption())
    .addOption(sampleOption)
    .action(async (options: VerifyOptions) => {
      await runJob(
        {
          name: "verify",
          config: loadConfig(jobVariables),
          onPermanent: ExitCode.jobHopeless,
          batch: {
            job: "verify",
            period: options.period,
            generation: options.generation,
            partitionIndex: null,
          },
        },
        (job) => verify(job, options),
      );
    });
}

/** Proves the generation, keeps the proof and prints it as JSON with the run's digest. */
export async function verify(
  job: JobContext,
  { period, generation, sample }: VerifyOptions,
): Promise<ExitCode> {
  const address = { period, generation };
  const client = await job.connect();
  const startedAt = new Date();
  const ledger = await loadGeneration(client, address);
  refuseUnsettled(address, ledger);
  job.ofRun(ledger.runId, generation);
  const tariff = await loadRunTariff(client, period, { id: ledger.tariffId });
  await analyzeBills(client, address);
  // A snapshot of the database: the ledger and the tables are seen at one instant.
  await client.query("begin isolation level repeatable read, read only");
  const evidence = await gatherEvidence(client, address, ledger, { tariff, sampleSize: sample });
  await client.query("commit");
  const checks = checkGeneration(evidence);
  for (const { holds } of checks) job.meter.checked(holds);
  const failed = checks.filter((check) => !check.holds);
  const digest = runDigest(
    period,
    `${tariff.stored.name}@${tariff.stored.version}`,
    evidence.facts.map((fact) => fact.digest),
  );
  await inTransactionOn(client, async () => {
    if (!(await keepProof(client, address, { evidence, checks, digest }))) {
      throw new PermanentError(
        "generation-closed",
        `generation ${generation} was given up or promoted meanwhile`,
      );
    }
    const counts = { total: checks.length, succeeded: checks.length - failed.length, failed: failed.length };
    const detail = failed.map((check) => check.name).join(", ");
    await recordBatch(client, {
      job: "verify",
      ...address,
      partitionIndex: null,
      startedAt,
      ...counts,
      detail,
      ...(failed.length > 0 && { errorCode: "proof-fails" }),
    });
  });
  job.print(JSON.stringify({ ...address, digest: digest.toString("hex"), checks }));
  if (failed.length === 0) return ExitCode.done;
  for (const check of failed) job.complain(`verify: ${check.name} does not hold: ${check.detail}`);
  return ExitCode.jobHopeless;
}

function refuseUnsettled(
  address: GenerationAddress,
  ledger: Generation | null,
): asserts ledger is Generation {
  if (ledger === null) {
    throw new PermanentError(
      "unknown-generation",
      `${address.period} has no generation ${address.generation}`,
    );
  }
  if (ledger.state !== "settling" && ledger.state !== "verified") {
    throw new PermanentError("generation-closed", `generation ${address.generation} is ${ledger.state}`);
  }
}

async function keepProof(
  client: Client,
  address: GenerationAddress,
  proof: { readonly evidence: Evidence; readonly checks: readonly Check[]; readonly digest: Buffer },
): Promise<boolean> {
  const { evidence, checks, digest } = proof;
  const { partitions, facts } = evidence;
  if (checks.some((check) => !check.holds)) return await recordFailedProof(client, address, checks);
  return await recordProof(client, address, checks, {
    billed: facts.reduce((sum, fact) => sum + fact.bills, 0),
    held: facts.reduce((sum, fact) => sum + fact.held, 0),
    excluded: partitions.reduce((sum, partition) => sum + (partition.excluded ?? 0), 0),
    items: facts.reduce((sum, fact) => sum + fact.items, 0),
    totalMinor: evidence.itemsTotalMinor,
    digest,
  });
}
