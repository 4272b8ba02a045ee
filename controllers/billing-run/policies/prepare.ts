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
  // The only hopeless end of `prepare` is another run at work on the same period.
  const reason = failure?.exitCode === ExitCode.jobHopeless ? "PeriodBusy" : "PrepareFailed";
  return runSingleJob(situation, order, onTheWay, reason);
};
