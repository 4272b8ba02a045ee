import { resultGate } from "../gates.ts";
import { canaryDigest } from "../canary.ts";
import type { LedgerFacts } from "../../../database/run-ledger/ledger-facts.ts";
import { waiting, type Policy, type Situation } from "../verdict.ts";

/** Why a verified result is not promoted; null when it may be. */
export function heldForApproval({ run }: Situation, ledger: LedgerFacts): ReturnType<typeof resultGate> {
  const { approvedDigest, mode } = run.spec;
  if (approvedDigest !== "" && approvedDigest === ledger.digest) return null;
  // Somebody approved a result, and it was not this one. (An approved canary is no approval of the whole.)
  if (approvedDigest !== "" && approvedDigest !== canaryDigest(run.spec, ledger)) {
    return { reason: "DigestMismatch", message: `approvedDigest ${approvedDigest} is of another result` };
  }
  if (mode === "Plan") return { reason: "PlanMode", message: "mode is Plan" };
  return resultGate(run.spec, ledger);
}

/** Holds a verified result that needs a person's approval by its digest. */
export const approval: Policy = (situation) => {
  const { ledger } = situation.observed;
  if (ledger?.state !== "verified") return null;
  const held = heldForApproval(situation, ledger);
  if (held === null) return null;
  return waiting({
    phase: "AwaitingApproval",
    condition: "Approved",
    reason: held.reason,
    message: `${held.message}; approve digest ${ledger.digest ?? ""} to promote`,
  });
};
