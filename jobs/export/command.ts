import type { Command } from "commander";
import { z } from "zod";
import { exportBills } from "../../database/export/export-bills.ts";
import { exportItems } from "../../database/export/export-items.ts";
import { databaseVariables, loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { connect, type DatabaseOptions } from "../../platform/postgres.ts";
import { parseWholeNumber, periodOption } from "../job-options.ts";
import { logDoneBatch, runBatch } from "../run-batch.ts";
import { type Exported, type ExportQuery, type ExportRequest, exportToFile } from "./export-to-file.ts";

interface ExportOptions {
  readonly period: string;
  readonly generation?: number;
  readonly out: string;
}

/** `export bills|items`: one generation as CSV; the last line of stdout says what was written, as JSON. */
export function define(command: Command): void {
  exportCommand(command, "bills", exportBills);
  exportCommand(command, "items", exportItems);
}

function exportCommand(command: Command, kind: string, query: ExportQuery): void {
  command
    .command(kind)
    .description(`write the ${kind} of a period to a CSV file, in the order of account numbers`)
    .addOption(periodOption())
    .option(
      "--generation <number>",
      "generation (default: the live one, else the newest that is proved)",
      parseWholeNumber(1),
    )
    .requiredOption("--out <file>", "CSV file")
    .action((options: ExportOptions) => run(kind, query, options));
}

async function run(kind: string, query: ExportQuery, options: ExportOptions): Promise<void> {
  const config = loadConfig(z.object(databaseVariables));
  const database = { url: config.DATABASE_URL, role: config.DATABASE_ROLE, applicationName: "export" };
  const { period, generation = null, out: file } = options;
  const subject = { job: `export-${kind}`, period, generation, partitionIndex: null };
  try {
    const written = await runBatch({ subject, database }, async (startedAt) => {
      const done = await exportRows(database, query, { period, generation, file });
      const counts = { total: done.rows, succeeded: done.rows, failed: 0, detail: "" };
      await logDoneBatch(
        { database, subject: { ...subject, generation: done.generation } },
        startedAt,
        counts,
      );
      return done;
    });
    process.stdout.write(`${JSON.stringify({ kind, period, ...written, file })}\n`);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    process.stderr.write(`export: ${error.message}\n`);
    process.exitCode = ExitCode.failed;
  }
}

async function exportRows(
  database: DatabaseOptions,
  query: ExportQuery,
  request: ExportRequest,
): Promise<Exported> {
  const client = await connect(database);
  try {
    return await exportToFile(client, query, request);
  } finally {
    await client.end();
  }
}
