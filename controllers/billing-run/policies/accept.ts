import { refusalOf } from "../admission.ts";
import { prepareOrder } from "../job-orders.ts";
import type { Policy } from "../verdict.ts";

/** Nothing announces that a tariff was recorded; a run that is refused for long is looked at less often (next-look.ts). */
const lookAgainMs = 2_000;

/**
 * Holds a run that cannot begin, until it can. A `prepare` that was refused meanwhile (two runs were accepted at the same
 * moment) is forgotten, so that it is asked again afterwards.
 */
export const accept: Policy = (situation) => {
  const { run, observed } = situation;
  const refusal = refusalOf(situation);
  if (refusal === null || observed.jobs.some((job) => job.state === "active")) return null;
  const { name } = prepareOrder(run);
  const refused = observed.jobs.filter((job) => job.name === name && !job.stopping);
  return {
    ...{ phase: "Pending", condition: "Accepted", finished: false, ...refusal },
    actions: [
      ...refused.map((job) => ({ kind: "stopJob", jobName: job.name }) as const),
      { kind: "requeue", afterMs: lookAgainMs },
    ],
  };
};
