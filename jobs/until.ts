import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "commander";
import { parseWholeNumber } from "./job-options.ts";

const pauseMs = 1_000;

/**
 * Looks once, and then each second, until `problem` finds none or `seconds` are over; true when none is left. A
 * rejection is a problem like any other. Each new one is told once, so that a log shows what is waited for.
 */
export async function until(
  seconds: number,
  problem: () => Promise<string | null>,
  tell: (line: string) => void,
): Promise<boolean> {
  const endMs = performance.now() + seconds * 1_000;
  let told = "";
  for (;;) {
    const current = await problem().catch((error: unknown) => textOf(error));
    if (current === null) return true;
    if (current !== told) tell(current);
    told = current;
    if (performance.now() >= endMs) return false;
    await sleep(pauseMs);
  }
}

/** A refused connection of several addresses has no message of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** `--wait <seconds>`: change nothing, return when somebody else has. */
export function waitOption(what: string): Option {
  const option = new Option("--wait <seconds>", `change nothing; wait until ${what}, at most so long`);
  return option.argParser(parseWholeNumber(0));
}

/** `--patience <seconds>`: how long the server may be out of reach at the start. */
export function patienceOption(server: string): Option {
  const option = new Option("--patience <seconds>", `how long ${server} may be out of reach at the start`);
  return option.argParser(parseWholeNumber(0)).default(0);
}
