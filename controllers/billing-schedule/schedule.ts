import type { BillingRunSpec } from "../../crds/billing-run.ts";

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
  | "NameTooLong"
  | "RunRefused"
  // Waiting
  | "PreviousRunUnfinished"
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

/** What the schedule's runs are made from. */
export interface RunTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** As the API server stores it, with the defaults of its kind. */
  readonly spec: Omit<BillingRunSpec, "period">;
}

export interface BillingScheduleSpec {
  /** Five cron fields. */
  readonly schedule: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly suspend: boolean;
  readonly catchUp: "None" | "Latest" | "All";
  readonly startingDeadlineSeconds?: number;
  readonly successfulRunsHistoryLimit: number;
  readonly failedRunsHistoryLimit: number;
  readonly runTemplate: RunTemplate;
}

export interface BillingScheduleStatus {
  readonly observedGeneration: number;
  readonly conditions: readonly ScheduleCondition[];
  /** Schedule and zone that `settledUntil` counts by: another one counts from the moment it is seen. */
  readonly timing: string | null;
  /** RFC 3339. Every firing up to here is settled: its run was created, or it was skipped. Never moves back. */
  readonly settledUntil: string | null;
  /** RFC 3339; the last firing that a run was created for. Never moves back. */
  readonly lastScheduleTime: string | null;
  /** RFC 3339; when a run of the schedule last ended well. */
  readonly lastSuccessfulTime: string | null;
  readonly nextScheduleTime: string | null;
  /** Runs that have not ended. */
  readonly active: readonly { readonly name: string; readonly period: string }[];
  /** Firings that were skipped because they were noticed too late. */
  readonly missed: number;
}

/** A BillingSchedule as the controller sees it. */
export interface BillingSchedule {
  readonly metadata: {
    readonly name: string;
    readonly generation: number;
    readonly creationTimestamp: string;
  };
  readonly spec: BillingScheduleSpec;
  readonly status?: BillingScheduleStatus;
}
