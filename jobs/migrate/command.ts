import type { Command } from "commander";
import { z } from "zod";
import { withoutMonth } from "../../database/generations/record-batch.ts";
import { migrate } from "../../database/migrate.ts";
import { pendingMigrations } from "../../database/pending-migrations.ts";
import { databaseVariables, loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { connect } from "../../platform/postgres.ts";
import { logDoneBatch, runBatch } from "../run-batch.ts";
import { patienceOption, until, waitOption } from "../until.ts";

interface Options {
  readonly wait?: number;
  readonly patience: number;
}

/** `migrate`: brings the database to the newest schema and says what it applied, or waits until another has done so. */
export function define(command: Command): void {
  command
    .addOption(patienceOption("PostgreSQL"))
    .addOption(waitOption("the schema is the newest"))
    .action(async ({ wait, patience }: Options) => {
      const { DATABASE_URL: url } = loadConfig(z.object(databaseVariables));
      if (wait !== undefined) await waitForSchema(url, wait);
      else await bringUp(url, patience);
    });
}

async function bringUp(url: string, patienceSeconds: number): Promise<void> {
  if (patienceSeconds > 0) await until(patienceSeconds, () => reachable(url), complain);
  const batch = { subject: withoutMonth("migrate"), database: { url, applicationName: "billing-migrate" } };
  const applied = await runBatch(batch, async (startedAt) => {
    const done = await migrate(url);
    const counts = { total: done.length, succeeded: done.length, failed: 0, detail: done.join(", ") };
    await logDoneBatch(batch, startedAt, counts);
    return done;
  });
  process.stdout.write(applied.length === 0 ? "nothing to migrate\n" : `applied ${applied.join(", ")}\n`);
}

async function waitForSchema(url: string, seconds: number): Promise<void> {
  const ready = await until(seconds, () => missing(url), complain);
  if (ready) process.stdout.write("the schema is the newest\n");
  else process.exitCode = ExitCode.failed;
}

async function reachable(url: string): Promise<null> {
  const client = await connect({ url, applicationName: "billing-migrate" });
  await client.end();
  return null;
}

async function missing(url: string): Promise<string | null> {
  const client = await connect({ url, applicationName: "billing-migrate" });
  try {
    const pending = await pendingMigrations(client);
    return pending.length === 0 ? null : `not migrated yet: ${pending.join(", ")}`;
  } finally {
    await client.end();
  }
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
