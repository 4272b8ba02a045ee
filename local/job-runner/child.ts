import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { ChildExit } from "./index-ledger.ts";
import { lastWords } from "./last-words.ts";

/** One attempt at one index. */
export interface ChildOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
}

/** A child process at work. */
export interface Child {
  readonly pid: number;
  readonly exit: Promise<ChildExit>;
  /** SIGTERM now, SIGKILL after the grace period. */
  readonly interrupt: () => void;
  readonly isInterrupted: () => boolean;
}

const running = new Set<ChildProcess>();

// Job children end with their starter where it can still act. If it is killed, they run on and their fence decides.
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/** Starts the child. A program that cannot be started at all exits with code null. */
export function startChild(order: ChildOrder): Child {
  mkdirSync(dirname(order.logFile), { recursive: true });
  const log = openSync(order.logFile, "a");
  const child = spawn(order.command, order.args, {
    env: order.environment,
    stdio: ["ignore", log, log],
    detached: true, // Ctrl-C is for the runner, which interrupts its children in order
  });
  closeSync(log);
  running.add(child);
  let interrupted = false;
  let killTimer: NodeJS.Timeout | undefined;
  const exit = new Promise<ChildExit>((resolve) => {
    const end = (exitCode: number | null, lastWords: string): void => {
      clearTimeout(killTimer);
      running.delete(child);
      resolve({ exitCode, interrupted, lastWords });
    };
    child.once("error", (error) => {
      end(null, error.message);
    });
    child.once("exit", (code, signal) => {
      end(code, signal === null || interrupted ? lastWords(order.logFile) : `killed by ${signal}`);
    });
  });
  return {
    pid: child.pid ?? -1,
    exit,
    isInterrupted: () => interrupted,
    interrupt: () => {
      if (interrupted) return;
      interrupted = true;
      child.kill("SIGTERM");
      killTimer = setTimeout(() => child.kill("SIGKILL"), order.graceMs);
    },
  };
}
