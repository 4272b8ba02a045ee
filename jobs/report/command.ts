import type { Command } from "commander";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { generationOption, jobVariables, periodOption } from "../job-options.ts";
import { runJob } from "../run-job.ts";
import { formatReport } from "./format-report.ts";
import { readPlanReport } from "../../database/report/plan-report.ts";

/** `report`: what a verified generation is, and what promoting it would change. */
export function define(command: Command): void {
  command
    .addOption(periodOption())
    .addOption(generationOption())
    .option("--json", "as JSON; amounts and units are strings")
    .action(async ({ period, generation, json }: GenerationAddress & { readonly json?: boolean }) => {
      await runJob(
        { name: "report", config: loadConfig(jobVariables), onPermanent: ExitCode.failed, batch: null },
        async (job) => {
          const report = await readPlanReport(await job.connect(), { period, generation });
          const text = json === true ? JSON.stringify(report, bigintAsText, 2) : formatReport(report);
          job.print(text);
          return ExitCode.done;
        },
      );
    });
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
