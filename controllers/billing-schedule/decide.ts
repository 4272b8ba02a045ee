import { expiredRuns } from "./expired-runs.ts";
import { parseFiringTimes } from "./firing-times.ts";
import type { ObservedSchedule, ScheduledRun } from "./observed-schedule.ts";
import type { ScheduleAction, ScheduleEvent } from "./schedule-action.ts";
import type { BillingScheduleSpec, BillingScheduleStatus } from "../../crds/billing-schedule.ts";
import { runNameOf } from "../../crds/schedule-names.ts";
import type { BillingSchedule, ScheduleHead, ScheduleReason } from "./schedule.ts";
import { conditionsOfSchedule, waitOf, type Judgement } from "./schedule-conditions.ts";
import { eventsOf } from "./schedule-events.ts";
import { settleFirings, type SettledFirings } from "./settle-firings.ts";

/** What a schedule's status is now, what is to be done, and what is worth telling. */
export interface ScheduleDecision {
  readonly status: BillingScheduleStatus;
  /** In this order. The status is to be written after them: then a crash in between repeats them, and loses nothing. */
  readonly actions: readonly ScheduleAction[];
  readonly events: readonly ScheduleEvent[];
}

/** Looked at this often at least: timers do not count the hours in which a machine slept. */
const maxRequeueMs = 3_600_000;

/**
 * The life of a BillingSchedule as a pure function: knows neither Kubernetes nor a clock, and remembers only its status.
 * One run a period; at most one run is created at a time.
 */
export function decideSchedule(schedule: BillingSchedule, observed: ObservedSchedule): ScheduleDecision {
  const { metadata, spec } = schedule;
  const parsed = parseFiringTimes(spec.schedule, spec.timeZone);
  if (parsed.kind === "invalid") return refuseSchedule(schedule, observed, parsed);
  const settled = settleFirings({
    ...{ spec, times: parsed.times, nowMs: observed.nowMs, runs: observed.runs },
    settledUntilMs: settledUntil(schedule, observed),
  });
  const nextMs = parsed.times.after(Math.max(observed.nowMs, settled.settledUntilMs));
  const expired = settled.waiting === null && settled.fire === null ? expiredRuns(observed.runs, spec) : [];
  const judgement: Judgement = { kind: "accepted", waiting: waitOf(settled) };
  return {
    status: {
      ...commonStatus(schedule, observed, judgement),
      timing: timing(spec),
      settledUntil: isoTime(settled.settledUntilMs),
      lastScheduleTime: latest(schedule.status?.lastScheduleTime, lastFired(settled, observed)),
      nextScheduleTime: spec.suspend || nextMs === null ? null : isoTime(nextMs),
      missed: (schedule.status?.missed ?? 0) + settled.missed.length + settled.tooLate.length,
    },
    actions: [...actionsOf(metadata.name, settled, expired), requeue(spec, settled, nextMs, observed.nowMs)],
    events: eventsOf(schedule, settled, expired),
  };
}

function actionsOf(
  schedule: string,
  { fire }: SettledFirings,
  expired: readonly ScheduledRun[],
): ScheduleAction[] {
  const deletes = expired.map(({ name, uid }) => ({ kind: "deleteRun", name, uid }) as const);
  if (fire === null) return deletes;
  const { period, atMs } = fire;
  return [{ kind: "createRun", name: runNameOf(schedule, period), period, firingMs: atMs }, ...deletes];
}

/**
 * Up to when all is settled: what the status says, if it counts by this cron line and zone; else from now on. A lost status
 * is made up from the runs that exist. A new schedule begins when it was created, and never looks further back.
 */
function settledUntil(
  { metadata, spec, status }: BillingSchedule,
  { nowMs, runs }: ObservedSchedule,
): number {
  const createdMs = Date.parse(metadata.creationTimestamp);
  if (status === undefined) return Math.max(createdMs, ...runs.map(({ firingMs }) => firingMs));
  const settledMs = status.settledUntil === null ? createdMs : Date.parse(status.settledUntil);
  return status.timing === timing(spec) ? settledMs : Math.max(settledMs, nowMs);
}

function timing({ schedule, timeZone }: BillingSchedule["spec"]): string {
  return `${schedule} ${timeZone}`;
}

function requeue(
  { startingDeadlineSeconds }: BillingSchedule["spec"],
  { more, waiting }: SettledFirings,
  nextMs: number | null,
  nowMs: number,
): ScheduleAction {
  if (more) return { kind: "requeue", afterMs: 0 };
  const wakes = [maxRequeueMs];
  if (nextMs !== null) wakes.push(nextMs - nowMs);
  if (waiting !== null && startingDeadlineSeconds !== undefined) {
    wakes.push(waiting.firing.atMs + startingDeadlineSeconds * 1_000 + 1 - nowMs);
  }
  return { kind: "requeue", afterMs: Math.max(0, Math.min(...wakes)) };
}

/** Nothing fires until a person changes the spec; what was settled stays settled. */
export function refuseSchedule(
  schedule: ScheduleHead,
  observed: ObservedSchedule,
  { reason, message }: { readonly reason: ScheduleReason; readonly message: string },
): ScheduleDecision {
  const { metadata, status } = schedule;
  const judgement: Judgement = { kind: "refused", reason, message };
  const known = status?.observedGeneration === metadata.generation;
  const note = `${reason}: ${message}`;
  return {
    status: {
      ...commonStatus(schedule, observed, judgement),
      timing: null,
      settledUntil: status?.settledUntil ?? null,
      lastScheduleTime: status?.lastScheduleTime ?? null,
      nextScheduleTime: null,
      missed: status?.missed ?? 0,
    },
    actions: [],
    events: known ? [] : [{ type: "Warning", reason: "ScheduleRefused", message: note }],
  };
}

type CommonStatus = Pick<
  BillingScheduleStatus,
  "observedGeneration" | "conditions" | "lastSuccessfulTime" | "active"
>;

function commonStatus(
  schedule: ScheduleHead & { readonly spec?: BillingScheduleSpec },
  { nowMs, runs }: ObservedSchedule,
  judgement: Judgement,
): CommonStatus {
  const ends = runs.flatMap(({ outcome, finishedAtMs }) =>
    outcome === "succeeded" ? (finishedAtMs ?? []) : [],
  );
  return {
    observedGeneration: schedule.metadata.generation,
    conditions: conditionsOfSchedule(
      schedule,
      { ...judgement, suspended: schedule.spec?.suspend === true },
      nowMs,
    ),
    lastSuccessfulTime: latest(schedule.status?.lastSuccessfulTime, ends),
    active: runs
      .filter(({ outcome }) => outcome === "unfinished")
      .map(({ name, period }) => ({ name, period }))
      .sort((a, b) => (a.period < b.period ? -1 : 1)),
  };
}

function lastFired({ fire }: SettledFirings, { runs }: ObservedSchedule): number[] {
  return [...(fire === null ? [] : [fire.atMs]), ...runs.map(({ firingMs }) => firingMs)];
}

/** The latest of what the status says and what is seen, so that it never moves back. */
function latest(before: string | null | undefined, seenMs: readonly number[]): string | null {
  const marks = before == null ? seenMs : [...seenMs, Date.parse(before)];
  return marks.length === 0 ? null : isoTime(Math.max(...marks));
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
