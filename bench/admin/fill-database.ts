import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { runProgram } from "../settle/program.ts";
import { deliverBySql } from "./deliver-by-sql.ts";
import type { ContactKeys } from "./filled-server.ts";
import { fillOffice } from "./fill-office.ts";

/** What is to be filled, and with what. */
export interface FillDatabaseOrder {
  readonly url: string;
  /** For logs and manifests. */
  readonly folder: string;
  readonly members: number;
  readonly months: number;
  /** Of each month. */
  readonly partitions: number;
  readonly keys: ContactKeys;
  readonly say: (line: string) => void;
}

/** What it holds then. */
export interface Filled {
  /** `YYYY-MM`, the newest first, and the run of each. */
  readonly months: readonly string[];
  readonly runs: readonly string[];
  /** Billing clock. */
  readonly nowMs: number;
}

const newestMonth = "2026-10";
/** In the middle of the newest month's delivery: most messages have left, the others wait for their send day. */
const nowMs = Date.parse("2026-11-12T14:00:00+09:00");
/** Bills of a month are promoted on the second of the next, at noon in Seoul. */
const promotedOn = "-02T12:00:00+09:00";

const tariffFile = fileURLToPath(new URL("../../tariffs/kr-mobile-2026-07.yaml", import.meta.url));
/** The reference tariff begins in July 2026; its double bills the months before. */
const earlierVersion = "bench-earlier";

/**
 * Members and the newest month's usage by `generate`; each month by `local run`: settled, proved, promoted and released
 * by the program's own jobs. What delivery would take hours for is filled by SQL, as its processes leave it.
 */
export async function fillDatabase(order: FillDatabaseOrder): Promise<Filled> {
  const { url, members, keys, say } = order;
  const environment = { PATH: process.env["PATH"], LOG_LEVEL: "info", DATABASE_URL: url, ...keys };
  await recordTariffs(order.folder, environment);
  const client = await connect({ url, applicationName: "bench" });
  try {
    say(`generating ${members} members`);
    await runProgram(["generate", "--members", String(members), "--period", newestMonth], environment);
    await client.query("vacuum analyze");
    const months = Array.from({ length: order.months }, (_, back) => monthBefore(newestMonth, back));
    for (const month of months.toReversed()) await billMonth(client, month, { order, environment });
    say("what people did");
    await fillOffice(client, { members, months, newestMonth });
    await client.query("select fold_counts(1)");
    await client.query("vacuum analyze");
    await client.query("checkpoint");
    return { months, runs: months.map(runName), nowMs };
  } finally {
    await client.end();
  }
}

async function recordTariffs(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const text = readFileSync(tariffFile, "utf8");
  const earlier = join(folder, "earlier-tariff.yaml");
  const changed = text
    .replace('version: "2026-07"', `version: "${earlierVersion}"`)
    .replace("effective: { from: 2026-07-01 }", "effective: { from: 2020-01-01 }");
  writeFileSync(earlier, changed);
  for (const file of [tariffFile, earlier]) await runProgram(["tariff", "record", file], environment);
}

interface MonthOrder {
  readonly order: FillDatabaseOrder;
  readonly environment: NodeJS.ProcessEnv;
}

async function billMonth(client: Client, month: string, { order, environment }: MonthOrder): Promise<void> {
  const { folder, say } = order;
  const startedMs = performance.now();
  await setClockOffsetMs(client, Date.parse(monthBefore(month, -1) + promotedOn) - Date.now());
  const file = join(folder, `${month}.yaml`);
  writeFileSync(file, manifestOf(month, order.partitions));
  const run = ["local", "run", "--file", file, "--logs", join(folder, "logs")];
  await runProgram([...run, "--until-promoted"], environment);
  const settledMs = performance.now();
  const isNewest = month === newestMonth;
  const receipts = isNewest || month === monthBefore(newestMonth, 1);
  await deliverBySql(client, { period: month, generation: 1 }, { nowMs: isNewest ? nowMs : null, receipts });
  // Of an older month nothing is open: its run comes to its end.
  if (!isNewest) await runProgram(run, environment);
  const seconds = (from: number, to: number): string => ((to - from) / 1_000).toFixed(0);
  say(
    `${month}: billed in ${seconds(startedMs, settledMs)} s, delivered in ${seconds(settledMs, performance.now())} s`,
  );
}

function runName(month: string): string {
  return `monthly-${month}`;
}

/** A month before or, negative, after another. */
function monthBefore(month: string, back: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 - back, 1)).toISOString().slice(0, 7);
}

/** Gates are open: the months differ by their usage, and nobody is there to approve. */
function manifestOf(month: string, partitions: number): string {
  const version = month < "2026-07" ? earlierVersion : "2026-07";
  return JSON.stringify({
    apiVersion: "billing.telco.dev/v1alpha1",
    kind: "BillingRun",
    metadata: { name: runName(month) },
    spec: {
      ...{ period: month, tariffRef: { name: "kr-mobile", version }, mode: "Commit" },
      ...{ partitions, parallelism: 2, canary: { partitions: 0 } },
      gates: { totalChangePercent: 1_000_000, heldBills: 1_000_000, billChangePercent: 1_000_000 },
    },
  });
}
