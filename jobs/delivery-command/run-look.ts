import { loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { deliveryVariables } from "./options.ts";

/** Runs `delivery <name>` where it only looks, or is kept as a command: it leaves no row in the batch log. */
export async function runLook(name: string, work: (job: JobContext) => Promise<ExitCode>): Promise<void> {
  await runJob(
    {
      name: `delivery-${name}`,
      config: loadConfig(deliveryVariables),
      onPermanent: ExitCode.jobHopeless,
      batch: null,
    },
    work,
  );
}
