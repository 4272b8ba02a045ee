import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "../../local/postgres-server.ts";
import { compare, type Comparison } from "./compare.ts";
import { exampleEnvironment } from "./example-config.ts";
import { readRatedCharges } from "./rated-charges.ts";
import { type RunSubcommand, subcommandsIn } from "./subcommand.ts";
import { period, writeImportFiles } from "./write-import-files.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const partitions = 2;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: run.ts FILE.csv");
try {
  const comparison = await rateAndCompare(file);
  say(`${comparison.equal} of ${comparison.lines} lines equal the published charge`);
  process.stdout.write(`${JSON.stringify(comparison)}\n`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** The whole example on a server of its own, which is gone afterwards with all its files. */
async function rateAndCompare(source: string): Promise<Comparison> {
  const local = join(repository, ".local");
  mkdirSync(local, { recursive: true });
  const folder = mkdtempSync(join(local, "bigml-"));
  try {
    say("starting a PostgreSQL of its own");
    // What survives a power failure does not matter to an example.
    const settings = { shared_buffers: "128MB", max_wal_size: "1GB", fsync: "off" };
    const server = await startPostgres({ dataDir: join(folder, "postgres"), settings });
    try {
      const run = subcommandsIn(exampleEnvironment(server.url));
      await run(["migrate"]);
      await run(["tariff", "record", join(repository, "tariffs/us-churn.yaml")]);
      await importAll(run, source, folder);
      await settle(run);
      return await compareExports(run, source, folder);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importAll(run: RunSubcommand, source: string, folder: string): Promise<void> {
  const files = await writeImportFiles(source, folder);
  const someRejected = 2; // a row that cannot be read is a line that differs, not the end
  await run(["import", "accounts", files.accounts], [0, someRejected]);
  await run(["import", "subscriptions", files.subscriptions], [0, someRejected]);
  await run(["import", "usage", files.usage, "--time-zone", "America/New_York"], [0, someRejected]);
}

async function settle(run: RunSubcommand): Promise<void> {
  say("settling");
  const tariff = ["--tariff", "us-churn@1", "--partitions", String(partitions)];
  const prepared = (await run(["prepare", "--name", "bigml", "--period", period, ...tariff])) as {
    generation: number;
  };
  const address = ["--period", period, "--generation", String(prepared.generation)];
  for (let index = 0; index < partitions; index++)
    await run(["settle", ...address, "--partition", String(index)]);
  const { digest } = (await run(["verify", ...address])) as { digest: string };
  await run(["promote", ...address, "--digest", digest, "--release", "none"]);
}

async function compareExports(run: RunSubcommand, source: string, folder: string): Promise<Comparison> {
  const bills = join(folder, "bills.csv");
  const items = join(folder, "items.csv");
  await run(["export", "bills", "--period", period, "--out", bills]);
  await run(["export", "items", "--period", period, "--out", items]);
  return compare(source, await readRatedCharges(bills, items));
}

function say(what: string): void {
  process.stderr.write(`bigml: ${what}\n`);
}
