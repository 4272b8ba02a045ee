import { ExitCode } from "../../../platform/exit-codes.ts";
import { prepareOrder } from "../job-orders.ts";
import type { Policy } from "../verdict.ts";
import { runSingleJob } from "./run-single-job.ts";

/** Without a prepared generation there is nothing to settle. */
export const prepare: Policy = (situation) => {
  const { run, observed } = situation;
  if (observed.ledger !== null) return null;
  const order = prepareOrder(run);
  const failure = observed.jobs.find((job) => job.name === order.name)?.failure;
  const onTheWay = {
    phase: "Preparing",
    condition: "Prepared",
    reason: "Preparing",
    message: `freezing the population of ${run.spec.period}`,
  } as const;
  // `prepare` refuses what no retry mends (another run at work, an unknown tariff, one not in force); its words say which.
  const reason = failure?.exitCode === ExitCode.jobHopeless ? "PrepareRefused" : "PrepareFailed";
  return runSingleJob(situation, order, onTheWay, reason);
};
