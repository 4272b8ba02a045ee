import Table from "cli-table3";
import { Option, type Command } from "commander";
import { readClocks } from "../../database/statistics/clocks.ts";
import { dueHistogram } from "../../database/statistics/due-histogram.ts";
import { messageCounts, type MessageCount } from "../../database/statistics/message-counts.ts";
import { queueRows, type QueueRow } from "../../database/statistics/queue.ts";
import { sendResults } from "../../database/statistics/send-results.ts";
import { loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { given } from "../../platform/given.ts";
import type { Client } from "../../platform/postgres.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { countOption, deliveryVariables, monthOption, withOutput, type OutputOption } from "./options.ts";

interface StatisticsOptions extends OutputOption {
  readonly period?: string;
  readonly generation?: number;
  readonly view: View | "all";
  readonly span: number;
  readonly json?: boolean;
}

const VIEWS = ["messages", "queue", "due", "sends"] as const;
type View = (typeof VIEWS)[number];

/** A view as JSON has it, and as a table shows it. */
interface Shown {
  readonly rows: readonly object[];
  readonly title: string;
  readonly head: readonly string[];
  readonly line: (row: never) => readonly (string | number)[];
}

/** `statistics`: how many messages stand where, the oldest of each state, what is due when, and how sends ended. */
export function defineStatistics(delivery: Command): void {
  withOutput(delivery.command("statistics"))
    .description("how many messages stand where, how old the oldest are, what is due when, how sends ended")
    .addOption(monthOption("only of this month"))
    .addOption(countOption("--generation <number>", "only of this generation of the month"))
    .addOption(new Option("--view <name>", "only this").choices([...VIEWS, "all"]).default("all"))
    .addOption(countOption("--span <minutes>", "results of sends in spans of so many minutes").default(60))
    .option("--json", "the same as -o json")
    .action(async (options: StatisticsOptions) => {
      await runJob(
        {
          name: "delivery-statistics",
          config: loadConfig(deliveryVariables),
          onPermanent: ExitCode.jobHopeless,
          batch: null,
        },
        (job) => statistics(job, options),
      );
    });
}

async function statistics(job: JobContext, options: StatisticsOptions): Promise<ExitCode> {
  const client = await job.connect();
  const { asOf, billingClock } = await readClocks(client);
  const views = VIEWS.filter((view) => options.view === "all" || options.view === view);
  const found = new Map<View, Shown>();
  for (const view of views) found.set(view, await readers[view](client, options));
  if (options.json === true || options.output === "json") {
    const byView = Object.fromEntries([...found].map(([view, { rows }]) => [view, rows]));
    job.print(JSON.stringify({ asOf, billingClock, ...byView }));
    return ExitCode.done;
  }
  job.print(`As of ${asOf.toISOString()}, billing clock ${billingClock.toISOString()}`);
  for (const shown of found.values()) job.print(`\n${shown.title}\n${tableOf(shown)}`);
  return ExitCode.done;
}

const readers: Readonly<Record<View, (client: Client, options: StatisticsOptions) => Promise<Shown>>> = {
  messages: async (client, options) => ({
    rows: await messageCounts(client, scopeOf(options)),
    title: "Messages by where they stand",
    head: ["Month", "Generation", "State", "Channel", "Reason", "Messages"],
    line: ({ period, generation, state, channel, reason, messages }: MessageCount) => [
      period,
      generation,
      state,
      channel,
      reason,
      thousands(messages),
    ],
  }),
  queue: async (client, options) => ({
    rows: await queueRows(client, await messageCounts(client, scopeOf(options))),
    title: "Queue: what is open, and the oldest of it",
    head: ["Month", "Generation", "State", "Channel", "Messages", "Oldest bill", "Since", "Age"],
    line: ({ period, generation, state, channel, messages, oldest }: QueueRow) => [
      ...[period, generation, state, channel, thousands(messages)],
      ...(oldest === null
        ? ["", "", ""]
        : [oldest.billId, oldest.since.toISOString(), ageText(oldest.ageMs)]),
    ],
  }),
  due: async (client, options) => ({
    rows: await dueHistogram(client, scopeOf(options)),
    title: "What waits, by the hour in which it is due (billing clock)",
    head: ["Hour", "Channel", "Waits for", "Messages"],
    line: ({ hour, channel, reason, messages }: Awaited<ReturnType<typeof dueHistogram>>[number]) => [
      hour.toISOString(),
      channel,
      reason,
      thousands(messages),
    ],
  }),
  sends: async (client, options) => ({
    rows: await sendResults(client, scopeOf(options), { spanMinutes: options.span, since: null }),
    title: `Sends by how they ended, in spans of ${options.span} minutes (billing clock)`,
    head: ["From", "Channel", "Outcome", "Sends", "Mean"],
    line: ({ from, channel, outcome, sends, meanMs }: Awaited<ReturnType<typeof sendResults>>[number]) => [
      from.toISOString(),
      channel,
      outcome,
      thousands(sends),
      `${Math.round(meanMs)} ms`,
    ],
  }),
};

function scopeOf({ period, generation }: StatisticsOptions): { period?: string; generation?: number } {
  return given({ period, generation });
}

function tableOf({ rows, head, line }: Shown): string {
  if (rows.length === 0) return "nothing";
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(line(row as never).map(String));
  return table.toString();
}

function thousands(value: number): string {
  return value.toLocaleString("en-US");
}

function ageText(ageMs: number): string {
  const seconds = Math.round(Math.abs(ageMs) / 1_000);
  const text = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ]
    .filter(([amount]) => amount !== 0)
    .slice(0, 2)
    .map((part) => part.join(" "))
    .join(" ");
  return ageMs < 0 ? `due in ${text}` : text === "" ? "0 s" : text;
}
