import { underWay, type Policy, type Verdict } from "../verdict.ts";
import { stopAll } from "./cancel.ts";

/**
 * A run that a person deletes: its Jobs are stopped, and a generation that never became live is given up, so that the
 * period is free. Live bills stay, and messages that were released go on: deleting a run takes nothing back.
 */
export const remove: Policy = ({ run, observed }) => {
  if (run.metadata.deletionTimestamp === undefined) return null;
  const active = observed.jobs.filter((job) => job.state === "active");
  if (active.length > 0) return deleting("waiting for jobs to stop", stopAll(active));
  const { ledger } = observed;
  if (ledger?.state === "settling" || ledger?.state === "verified") {
    return deleting("giving the period free", [{ kind: "abandonGeneration", generation: ledger.generation }]);
  }
  return deleting("nothing of it is at work any more", [{ kind: "removeFinalizer" }]);
};

function deleting(message: string, actions: Verdict["actions"]): Verdict {
  return underWay({ phase: "Cancelling", condition: "Finished", reason: "Deleting", message }, actions);
}
