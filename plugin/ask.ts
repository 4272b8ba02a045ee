import { createInterface } from "node:readline/promises";
import { Refusal } from "./refusal.ts";

/** Asks a person at a terminal (on stderr, as stdout belongs to results); refuses where nobody can answer. */
export async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Refusal("this asks before it acts, and standard input is no terminal; pass --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
