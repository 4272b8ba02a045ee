import { InvalidArgumentError, type Command } from "commander";
import { parsePeriod } from "../../billing/period.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { createBarView } from "./bar-view.ts";
import { takeDemoFolder } from "./demo-folder.ts";
import type { DemoOptions } from "./demo-options.ts";
import { runDemo } from "./demo.ts";
import { finalReport } from "./final-report.ts";
import { createLineView } from "./line-view.ts";
import { countText } from "./number-text.ts";
import { StageClock } from "./progress.ts";
import { writeSummary } from "./summary.ts";

/** `local demo`: a month of bills from nothing to delivered, on this machine. */
export function defineDemoCommand(local: Command): void {
  local
    .command("demo")
    .description("settle, prove and deliver a month of generated members, on servers of its own")
    .option("--members <count>", "members to generate", wholeNumber(1), 100_000)
    .option("--period <YYYY-MM>", "billing period", period, "2026-10")
    .option(
      "--seed <number>",
      "what members, usage and the provider's failures follow from",
      wholeNumber(0),
      1,
    )
    .option("--provider-delay-ms <ms>", "time the provider takes for an answer", wholeNumber(0), 1_000)
    .option("--failure-rate <fraction>", "share of sends that the provider refuses", fraction, 0.01)
    .option("--email-consumers <count>", "e-mail consumer processes", wholeNumber(1), 1)
    .option("--partitions <count>", "settlement partitions", wholeNumber(1), 8)
    .option("--parallelism <count>", "settlement workers at once", wholeNumber(1), 2)
    .option("--folder <path>", "where it keeps its servers, logs and results", ".local")
    .action(async (options: DemoOptions) => {
      process.exitCode = await play(options);
    });
}

async function play(options: DemoOptions): Promise<ExitCode> {
  dropKafkaWarning();
  const stopping = shutdownSignal();
  const view = process.stdout.isTTY ? createBarView() : createLineView();
  try {
    const folder = await takeDemoFolder(options.folder, view.say);
    try {
      view.say(
        `Billing ${countText(options.members)} members for ${options.period}, seed ${options.seed}; logs in ${folder.logs}`,
      );
      view.say(
        "Nobody waits in the demo: when nothing is due, its billing clock jumps to the next message.\n",
      );
      const clock = new StageClock(view);
      const { outcome, explained } = await runDemo({ options, folder, clock, stopping });
      view.close();
      writeSummary(folder.summary, outcome);
      process.stdout.write(`\n${finalReport(outcome)}\n\n${explained.trimEnd()}\n\n`);
      process.stdout.write(
        `Results: ${folder.summary}\nThe bill as its member sees it: ${folder.renderedBill}\n`,
      );
      const broken = outcome.invariants.filter(({ holds }) => !holds);
      for (const { name, detail } of broken) process.stderr.write(`does not hold: ${name}: ${detail}\n`);
      return broken.length === 0 ? ExitCode.done : ExitCode.failed;
    } finally {
      folder.release();
    }
  } catch (error) {
    view.close();
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${stopping.aborted ? "stopped" : "the demo failed"}: ${message}\n`);
    if (!(error instanceof PermanentError) && !stopping.aborted)
      process.stderr.write(`${String((error as Error).stack)}\n`);
    return stopping.aborted ? ExitCode.interrupted : ExitCode.failed;
  }
}

/** kafkajs 2.2.4 computes a timeout below zero on Node 24, without consequence; it would stand among the bars. */
function dropKafkaWarning(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "TimeoutNegativeWarning")
      process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && text.trim() !== "" && value >= least) return value;
    throw new InvalidArgumentError(`must be a whole number of at least ${least}`);
  };
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("must be a number from 0 to 1");
}

function period(text: string): string {
  try {
    return parsePeriod(text).text;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
