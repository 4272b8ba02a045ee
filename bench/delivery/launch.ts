import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { logTail, startOwned, type OwnedProcess } from "../../local/owned-process.ts";
import { mainFile } from "../settle/program.ts";

/** A subcommand, or a program of the benchmark's, that runs until it is stopped. */
export interface Launch {
  readonly name: string;
  /** What is run. [the program] */
  readonly file?: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Answers 200 once the process can work. */
  readonly readyUrl: string;
  /** For its log. */
  readonly folder: string;
}

/** A process that was ready once. */
export interface Launched extends OwnedProcess {
  /** Throws, with the end of its log, when it runs no more. */
  readonly refuseEnded: () => void;
}

const readyTimeoutMs = 30_000;

/** Starts a process and waits until it is ready; one that does not come up is stopped. */
export async function launch({
  name,
  file = mainFile,
  args,
  environment,
  readyUrl,
  folder,
}: Launch): Promise<Launched> {
  const logFile = join(folder, `${name}.log`);
  const started = await startOwned({
    command: process.execPath,
    args: [file, ...args],
    environment,
    logFile,
    processFile: join(folder, `${name}.pid.json`),
    stopSignal: "SIGTERM",
    stopTimeoutMs: 30_000,
  });
  const refuseEnded = (): void => {
    if (started.ended()) throw new Error(`${name} has ended:\n${logTail(logFile)}`);
  };
  const deadlineMs = performance.now() + readyTimeoutMs;
  try {
    while (!(await answers(readyUrl))) {
      refuseEnded();
      if (performance.now() > deadlineMs) throw new Error(`${name} does not come up:\n${logTail(logFile)}`);
      await sleep(50);
    }
  } catch (error) {
    await started.stop();
    throw error;
  }
  return { ...started, refuseEnded };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
