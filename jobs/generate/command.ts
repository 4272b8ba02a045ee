import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { type BillingPeriod, parsePeriod } from "../../billing/period.ts";
import { withoutMonth, type BatchCounts } from "../../database/generations/record-batch.ts";
import { databaseVariables, encryptionVariables, loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { logDoneBatch, runBatch } from "../run-batch.ts";
import { generate, type GenerateSummary } from "./generate.ts";
import { showProgress } from "./progress.ts";
import type { GenerateRequest } from "./scenario-from-database.ts";

/** Beyond it, phone numbers would repeat. */
const MOST_MEMBERS = 19_999_999;

/** `generate`: fills an empty database with members and usage; the last line of stdout is the summary as JSON. */
export function define(command: Command): void {
  command
    .requiredOption("--members <count>", "number of members", wholeNumber(1, MOST_MEMBERS))
    .option("--usage <count>", "usage records a member, on average", usageCount, 5)
    .requiredOption("--period <YYYY-MM>", "month of the usage", period)
    .option("--seed <number>", "what all rows follow from", wholeNumber(0, 4_294_967_295), 1)
    .option("--tariff <name@version>", "recorded tariff", "kr-mobile@2026-07")
    .option("--workers <count>", "worker threads", wholeNumber(1, 64), 2)
    .action(async (options: GenerateRequest & { readonly workers: number }) => {
      const config = loadConfig(z.object({ ...databaseVariables, ...encryptionVariables }));
      const access = {
        databaseUrl: config.DATABASE_URL,
        databaseRole: config.DATABASE_ROLE,
        encryptionKeys: config.ENCRYPTION_KEYS,
        blindIndexKey: config.BLIND_INDEX_KEY,
      };
      try {
        const database = { url: access.databaseUrl, role: access.databaseRole, applicationName: "generate" };
        const subject = { ...withoutMonth("generate"), period: options.period.text };
        const summary = await runBatch({ subject, database }, async (startedAt) => {
          const done = await generate(access, options, options.workers, showProgress);
          await logDoneBatch({ subject, database }, startedAt, countsOf(done));
          return done;
        });
        process.stdout.write(`${JSON.stringify(summary)}\n`);
      } catch (error) {
        if (!(error instanceof PermanentError || error instanceof RangeError)) throw error;
        process.stderr.write(`generate: ${error.message}\n`);
        process.exitCode = ExitCode.failed;
      }
    });
}

/** Every row counts, of whatever table. */
function countsOf(summary: GenerateSummary): BatchCounts {
  const { period: _period, seed: _seed, tariff: _tariff, seconds: _seconds, ...rows } = summary;
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return { total, succeeded: total, failed: 0, detail: `${summary.members} members` };
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && /^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Write a whole number from ${String(least)} to ${String(most)}.`);
  };
}

function usageCount(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= 1000) return value;
  throw new InvalidArgumentError("Write a number from 0 to 1000.");
}

function period(text: string): BillingPeriod {
  try {
    return parsePeriod(text);
  } catch {
    throw new InvalidArgumentError("Write it as YYYY-MM, e.g. 2026-10.");
  }
}
