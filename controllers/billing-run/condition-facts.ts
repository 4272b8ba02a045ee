import type { ConditionType, Reason } from "../../crds/conditions.ts";
import { openNotifications } from "./notification-counts.ts";
import type { LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";
import { heldForApproval } from "./policies/approval.ts";
import type { Situation } from "./verdict.ts";

type LedgerCondition = Exclude<ConditionType, "Accepted" | "Suspended" | "Finished">;
type Judge = (ledger: LedgerFacts, situation: Situation) => Reason | null;

const promoted = (ledger: LedgerFacts): boolean => ledger.state === "live" || ledger.state === "superseded";

/** For each condition that the ledger decides: the reason why it is true, or null when it is not. */
export const ledgerJudges: Readonly<Record<LedgerCondition, Judge>> = {
  Prepared: () => "Prepared",
  Settled: ({ partitions }) =>
    partitions.length > 0 && partitions.every(({ state }) => state === "done") ? "Settled" : null,
  Verified: (ledger) => (ledger.state === "verified" || promoted(ledger) ? "Verified" : null),
  Approved: (ledger, situation) => {
    const passed = ledger.state === "verified" && heldForApproval(situation, ledger) === null;
    if (!passed && !promoted(ledger)) return null;
    return situation.run.spec.approvedDigest === ledger.digest ? "ApprovedByDigest" : "GatesPassed";
  },
  Promoted: (ledger) => (promoted(ledger) ? "Promoted" : null),
  Dispatched: ({ released, notifications }) =>
    released && notifications?.scheduled === 0 ? "Released" : null,
  Delivered: ({ released, notifications }) =>
    released && notifications !== null && openNotifications(notifications) === 0 ? "AllTerminal" : null,
  Overdue: ({ overdue }) => (overdue > 0 ? "DeadlinePassed" : null),
};
