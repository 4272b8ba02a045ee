import type { Command } from "commander";
import { defineDemoCommand } from "./demo/command.ts";
import { defineRunCommands } from "./run/commands.ts";
import { defineUpCommand } from "./up/command.ts";

/** `local …`: the whole system, or one run, on this machine. */
export function define(command: Command): void {
  defineDemoCommand(command);
  defineRunCommands(command);
  defineUpCommand(command);
}
