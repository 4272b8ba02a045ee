import { join } from "node:path";
import type { Client } from "../../platform/postgres.ts";
import type { BackingServers } from "./backing-servers.ts";
import type { DemoFolder, ServedFolder } from "./demo-folder.ts";
import type { DemoOptions } from "./demo-options.ts";
import { runProgram } from "./program-step.ts";
import type { StageClock } from "./progress.ts";
import type { SupervisedProcesses } from "./supervised-processes.ts";

/** What a subcommand is run with. */
export interface ProgramContext {
  readonly folder: ServedFolder;
  readonly servers: BackingServers;
  /** Keys of the personal data, as environment variables. */
  readonly secrets: NodeJS.ProcessEnv;
  readonly stopping: AbortSignal;
}

/** What every stage works with, once the servers run. */
export interface StageContext extends ProgramContext {
  readonly options: DemoOptions;
  readonly folder: DemoFolder;
  readonly clock: StageClock;
  readonly processes: SupervisedProcesses;
  /** A connection as the owner of the database. */
  readonly client: Client;
  /** Aborted by Ctrl-C, and when another part of the demo has failed. */
  readonly stopping: AbortSignal;
}

/** Environment of a subcommand that works under `role`; "" = as the owner. */
export function environmentOf({ servers, secrets }: ProgramContext, role: string): NodeJS.ProcessEnv {
  const own = { DATABASE_URL: servers.postgres.url, DATABASE_ROLE: role, LOG_LEVEL: "info" };
  return { ...process.env, ...secrets, ...own };
}

/** Runs a subcommand to its end and returns its standard output; its standard error goes line by line to `onLine`. */
export async function runSubcommand(
  context: ProgramContext,
  role: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<string> {
  const { folder, stopping } = context;
  const logFile = join(folder.logs, `${args[0] ?? "program"}.log`);
  return await runProgram({ args, environment: environmentOf(context, role), logFile, onLine, stopping });
}
