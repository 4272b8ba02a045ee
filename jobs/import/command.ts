import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { parsePeriod } from "../../billing/period.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { isTimeZone } from "../../notification/zone-offset.ts";
import { databaseVariables, encryptionVariables, loadConfig } from "../../platform/config.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { connect } from "../../platform/postgres.ts";
import { policyOption } from "../policy-option.ts";
import { runBatch } from "../run-batch.ts";
import { accountImporter } from "./import-accounts.ts";
import { importFile, importSubject, type Importer, type ImportSummary } from "./import-file.ts";
import { subscriptionImporter } from "./import-subscriptions.ts";
import { usageImporter } from "./import-usage.ts";

/** Exit code when good rows were loaded and others rejected. */
const SOME_ROWS_REJECTED = 2;

interface ImportOptions {
  readonly reject?: string;
  readonly dryRun?: true;
}

interface AccountOptions extends ImportOptions {
  readonly policy?: NotificationPolicy;
}

interface UsageOptions extends ImportOptions {
  readonly timeZone: string;
  /** Epoch day of the first day of the month. */
  readonly period?: number;
}

interface DatabaseConfig {
  readonly DATABASE_URL: string;
  readonly DATABASE_ROLE: string;
}

/**
 * `import accounts|subscriptions|usage FILE`: exit 0 when every row is good, 2 when some were rejected and the others loaded, 78 when the
 * file is unusable. The last line of stdout is the summary as JSON.
 */
export function define(command: Command): void {
  importCommand(command, "accounts", "accounts and their members")
    .addOption(
      policyOption("notification policy to judge quiet hours with, instead of the one promoted last"),
    )
    .action(async (file: string, options: AccountOptions) => {
      const config = loadConfig(z.object({ ...databaseVariables, ...encryptionVariables }));
      const cipher = createColumnCipher(config.ENCRYPTION_KEYS, config.BLIND_INDEX_KEY);
      await run(accountImporter(cipher, options.policy ?? null), config, file, options);
    });
  importCommand(command, "subscriptions", "subscriptions, contracts and add-ons").action(
    async (file: string, options: ImportOptions) => {
      await run(subscriptionImporter(), loadConfig(z.object(databaseVariables)), file, options);
    },
  );
  importCommand(command, "usage", "usage records")
    .option("--period <YYYY-MM>", "reject records of any other month", periodStart)
    .option(
      "--time-zone <zone>",
      "billing time zone: of times without offset, and of the months",
      timeZone,
      "Asia/Seoul",
    )
    .action(async (file: string, options: UsageOptions) => {
      const reading = { timeZone: options.timeZone, period: options.period ?? null };
      await run(usageImporter(reading), loadConfig(z.object(databaseVariables)), file, options);
    });
}

function importCommand(command: Command, kind: string, what: string): Command {
  return command
    .command(kind)
    .description(`load ${what} from a CSV file (docs/import.md)`)
    .argument("<file>", "CSV file")
    .option("--reject <file>", "where rejected rows go (default: FILE.rejects.csv)")
    .option("--dry-run", "check everything and write the reject file, load nothing");
}

async function run<Row>(
  importer: Importer<Row>,
  config: DatabaseConfig,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const { DATABASE_URL: url, DATABASE_ROLE: role } = config;
  const database = { url, role, applicationName: "import" };
  const request = { file, rejectFile: options.reject ?? null, dryRun: options.dryRun === true };
  const load = async (): Promise<ImportSummary> => {
    const client = await connect(database);
    try {
      return await importFile(client, importer, request);
    } finally {
      // Rolls everything back that was not committed.
      await client.end();
    }
  };
  try {
    const subject = importSubject(importer.kind);
    const summary = await (request.dryRun ? load() : runBatch({ subject, database }, load));
    process.stderr.write(`${sentenceOf(summary)}\n`);
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    process.exitCode = summary.rejected > 0 ? SOME_ROWS_REJECTED : ExitCode.done;
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    process.stderr.write(`import: ${error.message}; nothing was loaded\n`);
    process.exitCode = error.code === "unusable-file" ? ExitCode.badConfig : ExitCode.failed;
  }
}

function sentenceOf(summary: ImportSummary): string {
  const { rows, inserted, updated, unchanged, rejected } = summary;
  const counts = `${rows} rows: ${inserted} new, ${updated} changed, ${unchanged} unchanged, ${rejected} rejected`;
  const before =
    summary.importedBefore === null ? "" : `; the same file was imported on ${summary.importedBefore}`;
  const rejects = summary.rejectFile === null || rejected === 0 ? "" : `; see ${summary.rejectFile}`;
  return `${summary.dryRun ? "dry run, nothing was loaded: " : ""}${summary.kind}: ${counts}${before}${rejects}`;
}

function periodStart(text: string): number {
  try {
    return parsePeriod(text).start;
  } catch {
    throw new InvalidArgumentError("Write it as YYYY-MM, e.g. 2026-10.");
  }
}

function timeZone(text: string): string {
  if (isTimeZone(text)) return text;
  throw new InvalidArgumentError("Write an IANA name, e.g. Asia/Seoul.");
}
