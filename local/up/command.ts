import type { Command } from "commander";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { dropKafkaWarning, period, wholeNumber } from "../option-parsers.ts";
import { withSimulation } from "../simulation-options.ts";
import { requirePort } from "../serve/serve-admin.ts";
import { takeUpFolder } from "./up-folder.ts";
import { runUp, type UpOptions } from "./up.ts";

/** `local up`: the whole system on this machine until it is stopped; started again it goes on where it was. */
export function defineUpCommand(local: Command): void {
  const command = local
    .command("up")
    .description("the whole system with its dashboard, on servers of its own, until Ctrl-C")
    .option("--members <count>", "members to generate where the database has none", wholeNumber(1), 10_000)
    .option("--period <YYYY-MM>", "month of their usage", period, "2026-10")
    .option("--port <number>", "port of dashboard and API on 127.0.0.1", wholeNumber(1), 8_080)
    .option("--folder <path>", "where it keeps its servers, logs and keys", ".local");
  withSimulation(command).action(async (options: UpOptions & { readonly folder: string }) => {
    process.exitCode = await up(options);
  });
}

async function up(options: UpOptions & { readonly folder: string }): Promise<ExitCode> {
  dropKafkaWarning();
  const stopping = shutdownSignal();
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  try {
    await requirePort(options.port);
    const folder = await takeUpFolder(options.folder, say);
    try {
      await runUp({ options, folder, stopping, say });
      say("stopped; started again it goes on where it was");
      return ExitCode.done;
    } finally {
      folder.release();
    }
  } catch (error) {
    if (stopping.aborted) {
      say("stopped");
      return ExitCode.done;
    }
    const told = error instanceof PermanentError ? error.message : String((error as Error).stack);
    process.stderr.write(`${told}\n`);
    return ExitCode.failed;
  }
}
