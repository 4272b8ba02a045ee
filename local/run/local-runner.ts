import { fileURLToPath } from "node:url";
import { LocalJobRunner } from "../job-runner/job-runner.ts";

/** Path of the one program. */
export const mainProgram = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** A Job runner of this program's subcommands, with the news its control loop waits for. */
export interface ProgramRunner {
  readonly runner: LocalJobRunner;
  /** Resolves when the next child has ended. */
  readonly news: () => Promise<undefined>;
}

/** Runs the program's own subcommands with `environment`; logs of every index go to `logFolder`. */
export function createProgramRunner(environment: NodeJS.ProcessEnv, logFolder: string): ProgramRunner {
  let next = Promise.withResolvers<undefined>();
  const runner = new LocalJobRunner({
    command: process.execPath,
    leadingArgs: [mainProgram],
    environment,
    logFolder,
    graceMs: 10_000,
    baseBackoffMs: 1_000,
    onChange: () => {
      next.resolve(undefined);
      next = Promise.withResolvers();
    },
  });
  return { runner, news: () => next.promise };
}
