import type { Command } from "commander";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { createBarView } from "./bar-view.ts";
import { dropKafkaWarning, period, wholeNumber } from "../option-parsers.ts";
import { withSimulation } from "../simulation-options.ts";
import { requirePort, serveAdmin } from "../serve/serve-admin.ts";
import { takeDemoFolder, type DemoFolder } from "./demo-folder.ts";
import type { DemoOptions } from "./demo-options.ts";
import { runDemo, type FinishedDemo } from "./demo.ts";
import { finalReport } from "./final-report.ts";
import { createLineView } from "./line-view.ts";
import { countText } from "./number-text.ts";
import { StageClock } from "./progress.ts";
import type { StageContext } from "./stage-context.ts";
import { writeSummary } from "./summary.ts";

/** `local demo`: a month of bills from nothing to delivered, on this machine. */
export function defineDemoCommand(local: Command): void {
  const demo = local
    .command("demo")
    .description("settle, prove and deliver a month of generated members, on servers of its own")
    .option("--members <count>", "members to generate", wholeNumber(1), 100_000)
    .option("--period <YYYY-MM>", "billing period", period, "2026-10")
    .option("--partitions <count>", "settlement partitions", wholeNumber(1), 8)
    .option("--parallelism <count>", "settlement workers at once", wholeNumber(1), 2)
    .option("--folder <path>", "where it keeps its servers, logs and results", ".local")
    .option("--serve", "leave the dashboard open afterwards, until Ctrl-C")
    .option("--port <number>", "port of the dashboard on 127.0.0.1", wholeNumber(1), 8_080);
  withSimulation(demo).action(async (options: DemoOptions) => {
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
      const beforeStop = async (finished: FinishedDemo, context: StageContext): Promise<void> => {
        if (options.serve !== true) return;
        view.close();
        tell(finished, folder);
        await serveAdmin({ ...context, stopping, port: options.port, say: tellLine });
      };
      if (options.serve === true) await requirePort(options.port);
      const finished = await runDemo({ options, folder, clock, stopping, beforeStop });
      view.close();
      if (options.serve !== true) tell(finished, folder);
      const { outcome } = finished;
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

const tellLine = (text: string): void => void process.stdout.write(`${text}\n`);

function tell({ outcome, explained }: FinishedDemo, folder: DemoFolder): void {
  writeSummary(folder.summary, outcome);
  tellLine(`\n${finalReport(outcome)}\n\n${explained.trimEnd()}\n`);
  tellLine(`Results: ${folder.summary}\nThe bill as its member sees it: ${folder.renderedBill}`);
}
