/** Condition types of a BillingRun, in the order in which a run passes them. */
export const conditionTypes = [
  "Accepted",
  "Prepared",
  "Settled",
  "Verified",
  "Approved",
  "Promoted",
  "Dispatched",
  "Delivered",
  "Overdue",
  "Suspended",
  "Finished",
] as const;

export type ConditionType = (typeof conditionTypes)[number];

/** Every reason a condition can carry: what a person searches for, and what an alert is written on. */
export const reasons = [
  // Accepted
  "SpecValid",
  "SpecInvalid",
  "UnknownTariff",
  "NoUsage",
  "PeriodBusy",
  "NameTaken",
  "UnknownNotificationPolicy",
  "InvalidNotificationPolicy",
  // Prepared, Settled, Verified, Promoted: on the way, done, or stopped
  "NotStarted",
  "Preparing",
  "Prepared",
  "PrepareFailed",
  "PrepareRefused",
  "SettlingCanary",
  "Settling",
  "Settled",
  "PartitionsFailed",
  "Verifying",
  "Verified",
  "VerifyFailed",
  "ProofFailed",
  "Promoting",
  "Promoted",
  "PromoteFailed",
  "JobNameTaken",
  "JobRefused",
  // Approved: which gate holds the run, or who let it pass
  "PlanMode",
  "DigestMismatch",
  "CanaryHeldBills",
  "CanaryAmountChanged",
  "TooManyHeldBills",
  "TotalChanged",
  "SingleBillChanged",
  "GatesPassed",
  "ApprovedByDigest",
  // Dispatched, Delivered
  "AwaitingRelease",
  "ReleaseRequested",
  "ReleaseReserved",
  "Released",
  "NotRequested",
  "Delivering",
  "AllTerminal",
  "DeliveryHeld",
  "OutboxStuck",
  // Overdue
  "WithinDeadline",
  "NoDeadline",
  "DeadlinePassed",
  // Suspended
  "SuspendRequested",
  "NotSuspended",
  // Finished
  "InProgress",
  "Cancelling",
  "Cancelled",
  "Superseded",
  "Completed",
  "Deleting",
  "DatabaseUnreachable",
] as const;

export type Reason = (typeof reasons)[number];

/** Reasons of `Delivered` by which messages have begun to leave: from then on `releaseAt` says nothing any more. */
export const leavingReasons = [
  "Delivering",
  "DeliveryHeld",
  "OutboxStuck",
  "AllTerminal",
] as const satisfies readonly Reason[];

/** A Kubernetes condition. `observedGeneration` is the spec's generation it was judged on. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: Reason;
  readonly message: string;
  readonly observedGeneration: number;
  /** RFC 3339; when `status` last changed. */
  readonly lastTransitionTime: string;
}
