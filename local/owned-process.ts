import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { writeProcessFile } from "./process-file.ts";

/** How a server is run as a child of this process. */
export interface OwnedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Its output is appended to this file. */
  readonly logFile: string;
  /** Where it is noted, so that it is found if this process is killed. */
  readonly processFile: string;
  /** Asks it to stop in order. */
  readonly stopSignal: NodeJS.Signals;
  /** After this long it is killed. */
  readonly stopTimeoutMs: number;
  readonly environment?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** A server that lives no longer than this process. */
export interface OwnedProcess {
  readonly pid: number;
  /** True from the moment it has ended, by whatever cause. */
  readonly ended: () => boolean;
  /** Stops it in order, by force after the time limit; resolves when it is gone. */
  readonly stop: () => Promise<void>;
  /** Kills it as a power failure would; resolves when it is gone. */
  readonly kill9: () => Promise<void>;
}

const running = new Map<ChildProcess, OwnedProcessOptions>();

function signalAll(): void {
  for (const [child, options] of running) child.kill(options.stopSignal);
}

// A program with a handler of its own (platform/shutdown.ts) first finishes its work and then exits, which runs
// `signalAll`. Without one, the signal would end this process at once and leave the servers behind.
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  signalAll();
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}

function watchThisProcess(): void {
  if (process.listeners("exit").includes(signalAll)) return;
  process.on("exit", signalAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
}

function spawnServer(options: OwnedProcessOptions): ChildProcess {
  const log = openSync(options.logFile, "a");
  try {
    return spawn(options.command, options.args, {
      stdio: ["ignore", log, log],
      // Out of the terminal's process group: Ctrl-C is for this process, which stops the server last.
      detached: true,
      ...(options.environment && { env: options.environment }),
      ...(options.uid !== undefined && { uid: options.uid }),
      ...(options.gid !== undefined && { gid: options.gid }),
    });
  } finally {
    closeSync(log);
  }
}

/** Starts the server; rejects if the program itself cannot be started. It does not keep this process alive. */
export async function startOwned(options: OwnedProcessOptions): Promise<OwnedProcess> {
  const child = spawnServer(options);
  let hasEnded = false;
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => {
      hasEnded = true;
      running.delete(child);
      rmSync(options.processFile, { force: true });
      resolve();
    });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      resolve(child.pid ?? -1);
    });
  });
  writeProcessFile(options.processFile, pid);
  running.set(child, options);
  watchThisProcess();
  child.unref();

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (hasEnded) return;
    child.ref(); // now this process waits for it
    child.kill(signal);
    const force = setTimeout(() => child.kill("SIGKILL"), options.stopTimeoutMs);
    await gone;
    clearTimeout(force);
  };
  return {
    pid,
    ended: () => hasEnded,
    stop: () => end(options.stopSignal),
    kill9: () => end("SIGKILL"),
  };
}

/** The last lines that the server wrote, for an error message. */
export function logTail(logFile: string, lines = 15): string {
  return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
}
