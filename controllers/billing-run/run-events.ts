import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { Condition, Reason } from "../../crds/conditions.ts";
import { stageWords } from "./stage-words.ts";

/** What a person reads under `kubectl describe`. */
export interface RunEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Reasons that say nothing new: how every condition begins, and what another condition's reason says better. */
const silent: ReadonlySet<Reason> = new Set([
  "SpecValid",
  "NotStarted",
  "NotSuspended",
  "InProgress",
  "NotRequested",
  "WithinDeadline",
  "NoDeadline",
]);

const warnings: ReadonlySet<Reason> = new Set([
  ...(["SpecInvalid", "UnknownTariff", "NoUsage", "PeriodBusy", "NameTaken"] as const),
  ...(["UnknownNotificationPolicy", "InvalidNotificationPolicy"] as const),
  ...(["PrepareFailed", "PrepareRefused", "PartitionsFailed", "VerifyFailed", "ProofFailed"] as const),
  ...(["PromoteFailed", "JobNameTaken", "JobRefused", "DatabaseUnreachable", "DigestMismatch"] as const),
  ...(["CanaryHeldBills", "CanaryAmountChanged"] as const),
  ...(["DeliveryHeld", "OutboxStuck", "DeadlinePassed"] as const),
  ...(["TooManyHeldBills", "TotalChanged", "SingleBillChanged"] as const),
]);

/**
 * Events of the conditions whose status or reason changed. Without a former status (a new run, or a lost status) only of
 * where the run is held or has ended: the way there was told already, or will be.
 */
export function eventsOf(former: BillingRunStatus | undefined, status: BillingRunStatus): RunEvent[] {
  const told = new Set<string>();
  return status.conditions.flatMap((condition) => {
    const before = former?.conditions.find(({ type }) => type === condition.type);
    const same = before?.status === condition.status && before.reason === condition.reason;
    const unknownPast = former === undefined && condition.message === "";
    if (before?.reason === "DatabaseUnreachable" && !same) return [reachable];
    if (same || unknownPast || silent.has(condition.reason) || told.has(condition.reason)) return [];
    told.add(condition.reason); // a failure stands on its own condition and on Finished
    return [eventOf(condition, status)];
  });
}

const reachable: RunEvent = {
  type: "Normal",
  reason: "DatabaseReachable",
  message: "the database can be read again",
};

function eventOf({ type, reason, message }: Condition, status: BillingRunStatus): RunEvent {
  return {
    type: warnings.has(reason) ? "Warning" : "Normal",
    reason,
    message: message || (stageWords(reason, status) ?? `${type}: ${status.phase}, ${status.progress}`),
  };
}
