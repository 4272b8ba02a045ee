import type { BillingScheduleSpec, BillingScheduleStatus } from "../../crds/billing-schedule.ts";

/** Condition types of a BillingSchedule. */
export const scheduleConditionTypes = ["Accepted", "Waiting", "Suspended"] as const;

export type ScheduleConditionType = (typeof scheduleConditionTypes)[number];

/** Reasons of the conditions. */
export type ScheduleReason =
  // Accepted
  | "ScheduleValid"
  | "InvalidSchedule"
  | "InvalidTimeZone"
  | "NeverFires"
  | "SpecInvalid"
  // Waiting
  | "PreviousRunUnfinished"
  | "RunRefused"
  | "RunNameTaken"
  | "NothingWaits"
  // Suspended
  | "SuspendRequested"
  | "NotSuspended";

export interface ScheduleCondition {
  readonly type: ScheduleConditionType;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: ScheduleReason;
  readonly message: string;
  readonly observedGeneration: number;
  /** RFC 3339; when `status` last changed. */
  readonly lastTransitionTime: string;
}

/** A BillingSchedule as the controller sees it. */
export interface BillingSchedule extends ScheduleHead {
  readonly spec: BillingScheduleSpec;
}

/** What is known of a BillingSchedule also where its spec is none. */
export interface ScheduleHead {
  readonly metadata: {
    readonly name: string;
    readonly generation: number;
    readonly creationTimestamp: string;
  };
  readonly status?: BillingScheduleStatus;
}
