import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** Runs a subcommand of billing-operator and returns the JSON of its last line of stdout; its stderr is shown. */
export type RunSubcommand = (args: readonly string[], goodExits?: readonly number[]) => Promise<unknown>;

/** `RunSubcommand` in the given environment. Rejects when the exit code is not one of the good ones. */
export function subcommandsIn(environment: NodeJS.ProcessEnv): RunSubcommand {
  return async (args, goodExits = [0]) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, closed] = await Promise.all([text(child.stdout), once(child, "close")]);
    const exitCode: unknown = closed[0];
    if (!goodExits.includes(exitCode as number))
      throw new Error(`${args.join(" ")} exited with ${String(exitCode)}`);
    const last = output.trimEnd().split("\n").at(-1) ?? "";
    return last.startsWith("{") ? (JSON.parse(last) as unknown) : null;
  };
}
