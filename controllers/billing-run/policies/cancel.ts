import type { Action } from "../action.ts";
import type { JobFacts } from "../../job-runner.ts";
import { openNotifications } from "../notification-counts.ts";
import type { LedgerFacts } from "../../../database/run-ledger/ledger-facts.ts";
import { finished, underWay, type Policy, type Verdict } from "../verdict.ts";

/**
 * Cancelling is one-way: Jobs are stopped first, and only when none can commit any more is the generation given up.
 * After promotion the bills stay live, and what has not been sent is cancelled.
 */
export const cancel: Policy = ({ run, observed }) => {
  if (!run.spec.cancel) return null;
  const active = observed.jobs.filter((job) => job.state === "active");
  if (active.length > 0) return cancelling("waiting for jobs to stop", stopAll(active));
  const { ledger } = observed;
  if (ledger === null) return cancelled("cancelled before anything was computed");
  return ledger.state === "live" ? cancelDelivery(ledger) : abandon(ledger);
};

function abandon(ledger: LedgerFacts): Verdict {
  return cancelling("giving the period free", [{ kind: "abandonGeneration", generation: ledger.generation }]);
}

/** Null when everything had been delivered: then the run had ended before it was cancelled. */
function cancelDelivery(ledger: LedgerFacts): Verdict | null {
  const { generation, notifications } = ledger;
  if (notifications === null || openNotifications(notifications) === 0) {
    if ((notifications?.dropped ?? 0) === 0) return null;
    return cancelled(`the bills are live; ${notifications?.dropped ?? 0} messages were cancelled`);
  }
  // What is being sent ends by itself, and comes back only to be cancelled then.
  if (notifications.scheduled + notifications.queued === 0)
    return cancelling("waiting for what is being sent");
  return cancelling("cancelling what is not sent", [{ kind: "cancelNotifications", generation }]);
}

/** Orders every job to stop that was not told yet. */
export function stopAll(jobs: readonly JobFacts[]): Action[] {
  return jobs.filter((job) => !job.stopping).map((job) => ({ kind: "stopJob", jobName: job.name }));
}

function cancelling(message: string, actions: readonly Action[] = []): Verdict {
  return underWay({ phase: "Cancelling", condition: "Finished", reason: "Cancelling", message }, actions);
}

function cancelled(message: string): Verdict {
  return finished({ phase: "Cancelled", condition: "Finished", reason: "Cancelled", message });
}
