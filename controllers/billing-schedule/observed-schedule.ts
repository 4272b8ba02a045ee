/** A run of the schedule as the API server shows it. */
export interface ScheduledRun {
  readonly name: string;
  readonly uid: string;
  readonly period: string;
  /** The firing it was created for. */
  readonly firingMs: number;
  /** `succeeded`: its bills became live. */
  readonly outcome: "unfinished" | "succeeded" | "failed";
  /** Null while unfinished. */
  readonly finishedAtMs: number | null;
}

/** Everything `decideSchedule` may know of the world at one moment. */
export interface ObservedSchedule {
  readonly nowMs: number;
  /** All that exist, in any order. */
  readonly runs: readonly ScheduledRun[];
}
