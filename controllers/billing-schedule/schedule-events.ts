import type { ScheduledRun } from "./observed-schedule.ts";
import type { ScheduleEvent } from "./schedule-action.ts";
import type { BillingSchedule } from "./schedule.ts";
import { waitOf } from "./schedule-conditions.ts";
import type { Firing, SettledFirings } from "./settle-firings.ts";

/** What is worth telling of a decision, besides its actions. What lasts (a firing that waits) is told when it begins. */
export function eventsOf(
  { spec, status }: BillingSchedule,
  settled: SettledFirings,
  expired: readonly ScheduledRun[],
): ScheduleEvent[] {
  const events: ScheduleEvent[] = [];
  const { missed, tooLate, repeated } = settled;
  const wait = waitOf(settled);
  if (missed.length > 0) {
    const why = spec.suspend ? "while suspended" : `noticed too late; catchUp is ${spec.catchUp}`;
    const message = `skipped ${counted(missed)}: ${why}`;
    events.push({ type: "Warning", reason: "FiringsMissed", message });
  }
  if (tooLate.length > 0) {
    const message = `skipped ${counted(tooLate)}: later than startingDeadlineSeconds (${spec.startingDeadlineSeconds ?? 0})`;
    events.push({ type: "Warning", reason: "DeadlineExceeded", message });
  }
  if (repeated.length > 0) {
    const message = `skipped ${counted(repeated)}: a schedule has one run a period`;
    events.push({ type: "Normal", reason: "PeriodHasRun", message });
  }
  if (wait !== null) {
    const { message } = wait;
    const told = status?.conditions.some((seen) => seen.type === "Waiting" && seen.message === message);
    if (told !== true) events.push({ type: "Warning", reason: "PreviousRunUnfinished", message });
  }
  for (const { name, outcome } of expired) {
    const message = `deleted ${name} (${outcome}) by the history limit; its bills stay`;
    events.push({ type: "Normal", reason: "RunDeleted", message });
  }
  return events;
}

/** `2 firings, for 2026-08, 2026-09`; of a long list both ends. */
function counted(firings: readonly Firing[]): string {
  const periods = [...new Set(firings.map(({ period }) => period))];
  const shown = periods.length <= 4 ? periods.join(", ") : `${periods[0] ?? ""} … ${periods.at(-1) ?? ""}`;
  return `${firings.length} firing${firings.length === 1 ? "" : "s"}, for ${shown}`;
}
