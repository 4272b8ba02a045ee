import type { BillingRun, BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { Action } from "./action.ts";
import type { Observed } from "./observed.ts";
import { accept } from "./policies/accept.ts";
import { approval } from "./policies/approval.ts";
import { cancel } from "./policies/cancel.ts";
import { deliver } from "./policies/deliver.ts";
import { end } from "./policies/end.ts";
import { prepare } from "./policies/prepare.ts";
import { promote } from "./policies/promote.ts";
import { release } from "./policies/release.ts";
import { remove } from "./policies/remove.ts";
import { settle } from "./policies/settle.ts";
import { suspend } from "./policies/suspend.ts";
import { verify } from "./policies/verify.ts";
import { statusOf } from "./status-of.ts";
import { underWay, type Policy, type Situation, type Verdict } from "./verdict.ts";

/** What a run's status is now, and what is to be done. */
export interface Decision {
  readonly status: BillingRunStatus;
  readonly actions: readonly Action[];
}

/** In this order; the first that answers decides. */
const policies: readonly Policy[] = [
  remove,
  end,
  cancel,
  accept,
  suspend,
  prepare,
  settle,
  verify,
  approval,
  promote,
  release,
  deliver,
];

/**
 * The life cycle of a BillingRun as a pure function: knows neither Kubernetes nor SQL, and remembers nothing. The same
 * observation gives the same decision; a status that was lost is derived again.
 */
export function decide(run: BillingRun, observed: Observed): Decision {
  const situation = { run, observed };
  const verdict = judge({ run, observed });
  return { status: statusOf(situation, verdict), actions: verdict.actions };
}

function judge(situation: Situation): Verdict {
  for (const policy of policies) {
    const verdict = policy(situation);
    if (verdict !== null) return withTrouble(verdict, situation);
  }
  return underWay({ phase: "Pending", condition: "Prepared", reason: "NotStarted", message: "" });
}

/** A Job that does not get going says so where a person looks, whatever its policy has to say. */
function withTrouble(verdict: Verdict, { observed }: Situation): Verdict {
  const troubled = observed.jobs.find((job) => job.state === "active" && job.trouble !== null);
  if (troubled?.trouble == null || verdict.finished) return verdict;
  return { ...verdict, message: `${verdict.message}; ${troubled.trouble}` };
}
