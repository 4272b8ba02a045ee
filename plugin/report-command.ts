import { InvalidArgumentError, Option, type Command } from "commander";
import { toRun } from "../crds/run-object.ts";
import { readRun } from "./billing-runs.ts";
import { differenceText, parseReport } from "./difference-text.ts";
import { Refusal } from "./refusal.ts";
import { reasonInLog } from "./report-job.ts";
import { runReport, successfulReport, type ReportOptions } from "./run-report.ts";
import { inSession, type Session } from "./session.ts";

/** `plan`, `diff`, `explain`: what only the database knows, read by a Job in the cluster. */
export function defineReports(parent: Command): void {
  const plan = reading(parent, "plan", "what a run has computed, and what promoting it would change");
  plan.argument("<run>", "name of the BillingRun").action((name: string, options: ReportOptions) =>
    inSession(plan, async (session) => {
      session.print(await successfulReport(session, await reportArgs(session, name, session.json), options));
    }),
  );
  const diff = reading(parent, "diff", "how a run's bills differ from the live ones, or from last month's");
  diff.argument("<run>", "name of the BillingRun").action((name: string, options: ReportOptions) =>
    inSession(diff, async (session) => {
      const log = await successfulReport(session, await reportArgs(session, name, true), options);
      const { comparison } = JSON.parse(log) as { readonly comparison: unknown };
      session.print(session.json ? JSON.stringify(comparison, null, 2) : differenceText(parseReport(log)));
    }),
  );
  const explain = reading(
    parent,
    "explain",
    "why each line of a bill is what it is; the bill is computed again",
  );
  explain
    .argument("<bill>", "bill number: yyyymm followed by the ten-digit account number", parseBill)
    .option("--generation <number>", "generation of the period (default: the live one)")
    .addOption(new Option("--locale <locale>", "language of the labels").choices(["ko", "en"]).default("en"))
    .action((bill: string, options: ReportOptions & ExplainFlags) =>
      inSession(explain, (session) => explainBill(session, bill, options)),
    );
}

interface ExplainFlags {
  readonly generation?: string;
  readonly locale: string;
}

/** A bill that comes out differently when computed again is shown all the same, with exit code 1. */
async function explainBill(
  session: Session,
  bill: string,
  options: ReportOptions & ExplainFlags,
): Promise<void> {
  const { generation, locale } = options;
  const args = ["explain", "--bill", bill, "--locale", locale];
  if (generation !== undefined) args.push("--generation", generation);
  if (session.json) args.push("--json");
  const { succeeded, log } = await runReport(session, args, options);
  if (!succeeded && log.trimStart().startsWith('{"level"')) throw new Refusal(reasonInLog(log));
  session.print(log.trimEnd());
  if (!succeeded) process.exitCode = 1;
}

function reading(parent: Command, name: string, summary: string): Command {
  return parent
    .command(name)
    .description(summary)
    .option(
      "--job-template <name>",
      "ConfigMap with the pod of the operator's Jobs [the only one of the namespace]",
    )
    .addOption(
      new Option("--timeout-seconds <n>", "how long to wait for the answer")
        .argParser(parseSeconds)
        .default(300),
    );
}

async function reportArgs(session: Session, name: string, json: boolean): Promise<string[]> {
  const { spec, status } = toRun(await readRun(session.kubernetes, session.namespace, name));
  const generation = status?.generation ?? null;
  if (generation === null) {
    throw new Refusal(`${name} has computed nothing yet: it is ${status?.phase ?? "without a status"}`);
  }
  const args = ["report", "--period", spec.period, "--generation", String(generation)];
  return json ? [...args, "--json"] : args;
}

function parseBill(text: string): string {
  if (!/^\d{16}$/.test(text))
    throw new InvalidArgumentError("a bill number has 16 digits, such as 2026100000000042");
  return text;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isSafeInteger(seconds) || seconds < 1)
    throw new InvalidArgumentError("must be a whole number of seconds");
  return seconds;
}
