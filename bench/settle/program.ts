import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const mainFile = fileURLToPath(new URL("../../main.ts", import.meta.url));

const run = promisify(execFile);

/** Runs a subcommand of the program to its end and returns the JSON of its last line, or null when that is none. */
export async function runProgram(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<unknown> {
  const { stdout } = await run(process.execPath, [mainFile, ...args], {
    env: environment,
    maxBuffer: 64 << 20,
  });
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  return last.startsWith("{") ? JSON.parse(last) : null;
}
