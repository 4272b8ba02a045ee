import type { Command } from "commander";
import { z } from "zod";
import { recordBatch, withoutMonth } from "../../database/generations/record-batch.ts";
import { databaseVariables, loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { connect } from "../../platform/postgres.ts";
import { runBatch, type LoggedBatch } from "../run-batch.ts";
import { readTariffFiles, type TariffFile } from "./read-tariff-files.ts";
import { recordTariffFile } from "./record-tariff-file.ts";

/** `tariff check FILE…` and `tariff record FILE…`; both list every problem of every file and exit 78 when there is one. */
export function define(command: Command): void {
  command
    .command("check")
    .description("list everything that is wrong with tariff files")
    .argument("<file...>", "tariff files (YAML)")
    .action(async (files: string[]) => {
      for (const { file, tariff } of await soundOrExit(files)) {
        process.stdout.write(`${file}: ${tariff.tariff}@${tariff.version} is sound\n`);
      }
    });
  command
    .command("record")
    .description("check tariff files and record them in the database, all or none")
    .argument("<file...>", "tariff files (YAML)")
    .action(async (files: string[]) => {
      const config = loadConfig(z.object(databaseVariables));
      await recordAll(await soundOrExit(files), config);
    });
}

async function soundOrExit(files: readonly string[]): Promise<readonly TariffFile[]> {
  const { sound, problems } = await readTariffFiles(files);
  if (problems.length === 0) return sound;
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exit(ExitCode.badConfig);
}

async function recordAll(
  tariffs: readonly TariffFile[],
  config: { readonly DATABASE_URL: string; readonly DATABASE_ROLE: string },
): Promise<void> {
  const { DATABASE_URL: url, DATABASE_ROLE: role } = config;
  const batch = {
    subject: withoutMonth("tariff-record"),
    database: { url, role, applicationName: "tariff" },
  };
  try {
    await runBatch(batch, (startedAt) => recordTogether(tariffs, { ...batch, startedAt }));
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    process.stderr.write(`${error.message}; nothing was recorded\n`);
    process.exitCode = ExitCode.badConfig;
  }
}

async function recordTogether(
  tariffs: readonly TariffFile[],
  { subject, database, startedAt }: LoggedBatch & { readonly startedAt: Date },
): Promise<void> {
  const client = await connect(database);
  try {
    await client.query("begin");
    for (const tariff of tariffs) process.stdout.write(`${await recordTariffFile(client, tariff)}\n`);
    const counts = { total: tariffs.length, succeeded: tariffs.length, failed: 0, detail: "" };
    await recordBatch(client, { ...subject, ...counts, startedAt });
    await client.query("commit");
  } finally {
    // Rolls back what was not committed.
    await client.end();
  }
}
