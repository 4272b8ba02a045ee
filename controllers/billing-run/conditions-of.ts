import { conditionTypes, type Condition, type ConditionType, type Reason } from "../../crds/conditions.ts";
import { refusalOf } from "./admission.ts";
import { ledgerJudges } from "./condition-facts.ts";
import { overdueSentence } from "./overdue-words.ts";
import type { Situation, Verdict } from "./verdict.ts";

/** All conditions, judged from the ledger and the verdict; the transition time is kept where the status is. */
export function conditionsOf(situation: Situation, verdict: Verdict): Condition[] {
  const { run, observed } = situation;
  return conditionTypes.map((type) => {
    const holds = reasonIfTrue(type, situation, verdict);
    const refused = type === "Accepted" ? refusalOf(situation) : null;
    const status = holds === null ? "False" : "True";
    const previous = run.status?.conditions.find((condition) => condition.type === type);
    const late = type === "Overdue" && holds !== null && observed.ledger !== null;
    const concerned = verdict.condition === type || (type === "Finished" && verdict.finished);
    return {
      type,
      status,
      reason: holds ?? refused?.reason ?? reasonIfFalse(type, situation, verdict),
      message: late
        ? overdueSentence(observed.ledger)
        : concerned
          ? verdict.message
          : (refused?.message ?? ""),
      observedGeneration: run.metadata.generation,
      lastTransitionTime:
        previous?.status === status ? previous.lastTransitionTime : new Date(observed.nowMs).toISOString(),
    };
  });
}

function reasonIfTrue(type: ConditionType, situation: Situation, verdict: Verdict): Reason | null {
  switch (type) {
    case "Accepted":
      return refusalOf(situation) === null ? "SpecValid" : null;
    case "Suspended":
      return situation.run.spec.suspend ? "SuspendRequested" : null;
    case "Finished":
      return verdict.finished ? verdict.reason : null;
    default: {
      const { ledger } = situation.observed;
      return ledger === null ? null : ledgerJudges[type](ledger, situation);
    }
  }
}

function reasonIfFalse(type: ConditionType, { run, observed }: Situation, verdict: Verdict): Reason {
  const { release } = run.spec.dispatch;
  if (type === "Overdue") return observed.ledger?.deliverWithinMs === 0 ? "NoDeadline" : "WithinDeadline";
  if (type === "Suspended") return "NotSuspended";
  if (verdict.condition === type) return verdict.reason;
  if (type === "Finished") return "InProgress";
  if (release === "None" && (type === "Dispatched" || type === "Delivered")) return "NotRequested";
  return "NotStarted";
}
