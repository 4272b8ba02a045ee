import type { Command } from "commander";
import { fraction, wholeNumber } from "./option-parsers.ts";

/** Adds the options of what is simulated on one machine: members, usage and the provider. In the help they follow the command's own. */
export function withSimulation(command: Command): Command {
  return command
    .optionsGroup("What is simulated:")
    .option(
      "--seed <number>",
      "what members, usage and the provider's failures follow from",
      wholeNumber(0),
      1,
    )
    .option("--provider-delay-ms <ms>", "time the provider takes for an answer", wholeNumber(0), 1_000)
    .option("--failure-rate <fraction>", "share of sends that the provider refuses", fraction, 0.01)
    .option("--email-consumers <count>", "e-mail consumer processes", wholeNumber(1), 1);
}
