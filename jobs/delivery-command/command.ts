import type { Command } from "commander";
import { defineArming } from "./arming.ts";
import { defineChannels } from "./channels.ts";
import { defineLists } from "./lists.ts";
import { defineOrders } from "./orders.ts";
import { defineStatistics } from "./statistics.ts";
import { defineSuppressions } from "./suppressions.ts";

/** `delivery`: what a person does about messages: look at what was given up, and order something. */
export function define(command: Command): void {
  defineLists(command);
  defineOrders(command);
  defineChannels(command);
  defineArming(command);
  defineStatistics(command);
  defineSuppressions(command);
}
