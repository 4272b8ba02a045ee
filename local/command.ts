import type { Command } from "commander";
import { defineRunCommands } from "./run/commands.ts";

/** `local …`: the whole system, or one run, on this machine. */
export function define(command: Command): void {
  defineRunCommands(command);
}
