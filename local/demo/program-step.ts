import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { mainProgram } from "../run/local-runner.ts";

/** A subcommand that is run to its end. */
export interface ProgramStep {
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Its standard error goes here, line by line also to `onLine`. */
  readonly logFile: string;
  readonly onLine?: (line: string) => void;
  readonly stopping: AbortSignal;
}

/** Runs it and returns its standard output; rejects with what it said last when it fails or is stopped. */
export async function runProgram(step: ProgramStep): Promise<string> {
  const child = spawn(process.execPath, [mainProgram, ...step.args], {
    env: { ...process.env, ...step.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // Ctrl-C is for the demo, which passes it on
  });
  const stop = (): void => void child.kill("SIGTERM");
  step.stopping.addEventListener("abort", stop);
  process.once("exit", stop);
  const log = createWriteStream(step.logFile, { flags: "a" });
  let output = "";
  let lastLine = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  createInterface({ input: child.stderr }).on("line", (line) => {
    log.write(`${line}\n`);
    lastLine = line;
    step.onLine?.(line);
  });
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    if (code === 0) return output;
    throw new Error(`${step.args[0] ?? ""} ended with ${signal ?? String(code)}: ${lastLine}`);
  } finally {
    step.stopping.removeEventListener("abort", stop);
    process.off("exit", stop);
    log.end();
  }
}
