import type { FiringTimes } from "./firing-times.ts";
import type { ScheduledRun } from "./observed-schedule.ts";
import type { BillingScheduleSpec } from "../../crds/billing-schedule.ts";

/** A firing and the month that it bills. */
export interface Firing {
  readonly atMs: number;
  readonly period: string;
}

/** What is known of a schedule when its firings are settled. */
export interface FiringSituation {
  readonly spec: Pick<BillingScheduleSpec, "suspend" | "catchUp" | "startingDeadlineSeconds">;
  readonly times: FiringTimes;
  /** Every firing up to here is settled. */
  readonly settledUntilMs: number;
  readonly nowMs: number;
  readonly runs: readonly ScheduledRun[];
}

/** What becomes of the firings that came due. */
export interface SettledFirings {
  readonly settledUntilMs: number;
  /** Needs its run now. */
  readonly fire: Firing | null;
  /** Waits for a run that has not ended; everything after it waits too. */
  readonly waiting: { readonly firing: Firing; readonly run: ScheduledRun } | null;
  /** Skipped by `catchUp`. */
  readonly missed: readonly Firing[];
  /** Skipped by `startingDeadlineSeconds`. */
  readonly tooLate: readonly Firing[];
  /** Skipped because the period has its run. */
  readonly repeated: readonly Firing[];
  /** There may be more: settle again at once. */
  readonly more: boolean;
}

/** At one go. A schedule of every minute that was down for a year is worked off in steps of this. */
const maxFirings = 1_000;
/** With `catchUp: None`, a firing noticed this late is still on time: a change of leader must not cost a month. */
const onTimeMs = 300_000;

/**
 * Goes through the firings since the last settled one, oldest first, up to one that needs a run. A firing is _held back_
 * when a run was unfinished at its time: it waits and is never lost to `catchUp`. It is _missed_ when it was noticed late for any
 * other reason: the operator was down, or the schedule suspended.
 */
export function settleFirings(situation: FiringSituation): SettledFirings {
  const { due, more } = firingsDue(situation);
  const result = { missed: [] as Firing[], tooLate: [] as Firing[], repeated: [] as Firing[] };
  let { settledUntilMs } = situation;
  const done = (end: Partial<SettledFirings> = {}): SettledFirings => {
    return { settledUntilMs, fire: null, waiting: null, more, ...result, ...end };
  };
  // Suspended, `Latest` and `All` keep what came due for the day of resumption.
  if (situation.spec.suspend && situation.spec.catchUp !== "None") return done({ more: false });
  for (const [index, firing] of due.entries()) {
    const fate = fateOf(firing, situation, index === due.length - 1 && !more);
    if (fate === "fire") {
      const run = situation.runs.find(({ outcome }) => outcome === "unfinished");
      if (run !== undefined) return done({ waiting: { firing, run }, more: false });
      settledUntilMs = firing.atMs;
      return done({ fire: firing, more: index < due.length - 1 || more });
    }
    if (fate !== "fired") result[fate].push(firing);
    settledUntilMs = firing.atMs;
  }
  return done();
}

function firingsDue({ times, settledUntilMs, nowMs }: FiringSituation): { due: Firing[]; more: boolean } {
  const due: Firing[] = [];
  for (let at = times.after(settledUntilMs); at !== null && at <= nowMs; at = times.after(at)) {
    if (due.length === maxFirings) return { due, more: true };
    due.push({ atMs: at, period: times.periodOf(at) });
  }
  return { due, more: false };
}

type Fate = "fire" | "fired" | "missed" | "tooLate" | "repeated";

function fateOf(firing: Firing, { spec, nowMs, runs }: FiringSituation, newest: boolean): Fate {
  const existing = runs.find(({ period }) => period === firing.period);
  if (existing !== undefined) return existing.firingMs === firing.atMs ? "fired" : "repeated";
  const lateMs = nowMs - firing.atMs;
  const deadlineMs = (spec.startingDeadlineSeconds ?? Infinity) * 1_000;
  if (lateMs > deadlineMs) return "tooLate";
  if (spec.suspend) return "missed";
  if (runs.some((run) => heldBack(firing, run))) return "fire";
  switch (spec.catchUp) {
    case "All":
      return "fire";
    case "Latest":
      return newest ? "fire" : "missed";
    case "None":
      return lateMs <= Math.min(onTimeMs, deadlineMs) ? "fire" : "missed";
  }
}

/** Read from the run's own times, so that nothing needs to remember it. */
function heldBack(firing: Firing, run: ScheduledRun): boolean {
  return run.firingMs < firing.atMs && (run.finishedAtMs === null || run.finishedAtMs >= firing.atMs);
}
