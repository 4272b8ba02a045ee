import type { ScheduledRun } from "./observed-schedule.ts";
import type { BillingScheduleSpec } from "../../crds/billing-schedule.ts";

type Limits = Pick<BillingScheduleSpec, "successfulRunsHistoryLimit" | "failedRunsHistoryLimit">;

/**
 * Finished runs beyond the history limits, oldest first, successful and failed ones counted apart. The run of the newest
 * period always stays: it is what says that the period has its run, when the schedule fires again in the same month.
 */
export function expiredRuns(runs: readonly ScheduledRun[], limits: Limits): readonly ScheduledRun[] {
  const newest = runs.map(({ period }) => period).reduce((a, b) => (a > b ? a : b), "");
  const beyond = (outcome: ScheduledRun["outcome"], limit: number): ScheduledRun[] =>
    runs
      .filter((run) => run.outcome === outcome)
      .sort(byFiring)
      .slice(0, -limit || undefined)
      .filter(({ period }) => period !== newest);
  return [
    ...beyond("succeeded", limits.successfulRunsHistoryLimit),
    ...beyond("failed", limits.failedRunsHistoryLimit),
  ].sort(byFiring);
}

function byFiring(a: ScheduledRun, b: ScheduledRun): number {
  return a.firingMs - b.firingMs || (a.name < b.name ? -1 : 1);
}
