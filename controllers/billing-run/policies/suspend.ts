import type { Action } from "../action.ts";
import { waiting, type Policy } from "../verdict.ts";

/**
 * While suspended no Job is started and settlement runs none of its partitions; a Job of a moment (prepare, verify,
 * promote) is left to end. Suspending has no effect on messages that were released already: cancel is for those.
 */
export const suspend: Policy = ({ run, observed }) => {
  if (!run.spec.suspend || observed.ledger?.released === true) return null;
  const actions = observed.jobs
    .filter((job) => job.kind === "settle" && job.state === "active" && job.parallelism > 0)
    .map((job): Action => ({ kind: "setParallelism", jobName: job.name, parallelism: 0 }));
  const verdict = waiting({
    phase: "Suspended",
    condition: "Suspended",
    reason: "SuspendRequested",
    message: "spec.suspend is true; nothing new is started",
  });
  return { ...verdict, actions };
};
