#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { Command } from "commander";
import { CHANNEL_NAMES, CHANNEL_REGISTRY } from "./notification/channels/registry.ts";

// A Job starts a process a partition: compiled code kept between processes saves each 0.2 s of processor time.
enableCompileCache();

/** What every subcommand's module exports: it adds its arguments, options and action to the command. */
interface Subcommand {
  readonly define: (command: Command) => void;
}

interface Entry {
  readonly summary: string;
  /** Imported only when asked for: a consumer pod never loads settlement, the operator never loads native code. */
  readonly load: () => Promise<Subcommand>;
}

/** One for each registered channel; its folder has the channel's name. */
const channels = CHANNEL_NAMES.map((channel): readonly [string, Entry] => {
  const load = (): Promise<Subcommand> => import(`./consumers/${channel}/command.ts`) as Promise<Subcommand>;
  return [channel, { summary: CHANNEL_REGISTRY[channel].summary, load }];
});

const subcommands: Readonly<Record<string, Entry>> = {
  migrate: {
    summary: "bring the database to the newest schema",
    load: () => import("./jobs/migrate/command.ts"),
  },
  topics: { summary: "create the topics of delivery", load: () => import("./jobs/topics/command.ts") },
  tariff: { summary: "check a tariff file, or record it", load: () => import("./jobs/tariff/command.ts") },
  template: {
    summary: "what messages say, in versions: look, save, try on real bills, publish",
    load: () => import("./jobs/template/command.ts"),
  },
  generate: {
    summary: "fill an empty database with members and usage",
    load: () => import("./jobs/generate/command.ts"),
  },
  import: {
    summary: "load accounts, subscriptions or usage from CSV",
    load: () => import("./jobs/import/command.ts"),
  },
  export: { summary: "write bills and items to CSV", load: () => import("./jobs/export/command.ts") },
  prepare: {
    summary: "freeze a month's population into a new generation",
    load: () => import("./jobs/prepare/command.ts"),
  },
  settle: { summary: "compute the bills of one partition", load: () => import("./jobs/settle/command.ts") },
  verify: { summary: "prove a generation from its tables", load: () => import("./jobs/verify/command.ts") },
  promote: { summary: "make a proven generation live", load: () => import("./jobs/promote/command.ts") },
  ledger: {
    summary: "abandon, release or cancel a generation, as the operator's small Jobs do",
    load: () => import("./jobs/ledger/command.ts"),
  },
  report: {
    summary: "what a generation would change, before it is promoted",
    load: () => import("./jobs/report/command.ts"),
  },
  explain: {
    summary: "explain one bill line by line, and replay it",
    load: () => import("./jobs/explain/command.ts"),
  },
  delivery: {
    summary: "dead letters, suppressions, and commands: redrive, convert, force, resend, cancel, pause, lift",
    load: () => import("./jobs/delivery-command/command.ts"),
  },
  operator: {
    summary: "reconcile BillingRuns of a Kubernetes namespace",
    load: () => import("./controllers/operator/command.ts"),
  },
  dispatcher: { summary: "put due notifications on Kafka", load: () => import("./dispatcher/command.ts") },
  ...Object.fromEntries(channels),
  "dead-letter": {
    summary: "keep what could not be sent",
    load: () => import("./consumers/dead-letter/command.ts"),
  },
  receipts: {
    summary: "take what providers tell afterwards: delivered, bounced, complained",
    load: () => import("./receipts/command.ts"),
  },
  "bill-page": {
    summary: "show a bill to whoever has its signed link",
    load: () => import("./bill-page/command.ts"),
  },
  admin: { summary: "the API and the dashboard of operations", load: () => import("./admin/command.ts") },
  "provider-simulator": {
    summary: "a provider that delays, fails and keeps a log, by a seed",
    load: () => import("./local/provider-simulator/command.ts"),
  },
  "kubectl-billing": {
    summary: "look at BillingRuns, approve and change them: `kubectl billing`",
    load: () => import("./plugin/command.ts"),
  },
  local: { summary: "the whole system on one machine", load: () => import("./local/command.ts") },
};

async function main(args: readonly string[]): Promise<void> {
  const program = new Command("billing-operator").description(
    "Monthly telecom billing: settle, prove, deliver.",
  );
  for (const [name, entry] of Object.entries(subcommands)) {
    const command = program.command(name).description(entry.summary);
    if (args[0] === name) (await entry.load()).define(command);
  }
  await program.parseAsync(args, { from: "user" });
}

await main(process.argv.slice(2));
