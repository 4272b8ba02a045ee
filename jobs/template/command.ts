import type { Command } from "commander";
import { defineLooks } from "./looks.ts";
import { definePreview } from "./preview.ts";
import { definePublish } from "./publish.ts";
import { defineSave } from "./save.ts";

/** `template`: what messages say, in versions: look at it, change it, try it on real bills, publish it. */
export function define(command: Command): void {
  defineLooks(command);
  defineSave(command);
  definePreview(command);
  definePublish(command);
}
