/** What is to be done for a schedule. Every action may be applied twice without harm. */
export type ScheduleAction =
  /** The name follows from schedule and period, so the same firing twice is one run. */
  | { readonly kind: "createRun"; readonly name: string; readonly period: string; readonly firingMs: number }
  /** Removes the object; the bills stay. */
  | { readonly kind: "deleteRun"; readonly name: string; readonly uid: string }
  /** Nothing will announce the next firing: look again by then. */
  | { readonly kind: "requeue"; readonly afterMs: number };

/** Something a person who watches the schedule should hear once. */
export interface ScheduleEvent {
  readonly type: "Normal" | "Warning";
  readonly reason:
    | "RunCreated"
    | "RunNameTaken"
    | "RunRefused"
    | "PreviousRunUnfinished"
    | "PeriodHasRun"
    | "FiringsMissed"
    | "DeadlineExceeded"
    | "RunDeleted"
    | "ScheduleRefused";
  readonly message: string;
}
