import { Option, type Command } from "commander";
import { loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { jobVariables, parseWholeNumber } from "../job-options.ts";
import { runJob } from "../run-job.ts";
import { explainStored } from "./explain-stored.ts";
import { formatExplanation } from "./format-explanation.ts";

interface ExplainOptions {
  readonly bill: number;
  readonly generation?: number;
  readonly locale: "ko" | "en";
  readonly json?: boolean;
}

/** `explain`: why each line of a bill is what it is, and whether the bill comes out the same when computed again. */
export function define(command: Command): void {
  command
    .addOption(
      new Option("--bill <id>", "bill number: yyyymm followed by the ten-digit account number")
        .argParser(parseWholeNumber(1))
        .makeOptionMandatory(),
    )
    .option("--generation <number>", "generation of the period (default: the live one)", parseWholeNumber(1))
    .addOption(new Option("--locale <locale>", "language of the labels").choices(["ko", "en"]).default("en"))
    .option("--json", "as JSON")
    .action(async ({ bill, generation, locale, json }: ExplainOptions) => {
      await runJob(
        { name: "explain", config: loadConfig(jobVariables), onPermanent: ExitCode.failed, batch: null },
        async (job) => {
          const explained = await explainStored(await job.connect(), {
            billId: bill,
            generation: generation ?? null,
            locale,
          });
          const text = json === true ? JSON.stringify(explained, null, 2) : formatExplanation(explained);
          job.print(text);
          return explained.replayed ? ExitCode.done : ExitCode.failed;
        },
      );
    });
}
