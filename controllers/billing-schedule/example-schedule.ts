import type { ScheduledRun } from "./observed-schedule.ts";
import {
  billingScheduleSpec,
  type BillingScheduleSpec,
  type BillingScheduleStatus,
} from "../../crds/billing-schedule.ts";
import type { BillingSchedule } from "./schedule.ts";

const defaults = billingScheduleSpec.parse({
  schedule: "0 0 1 * *",
  timeZone: "Asia/Seoul",
  runTemplate: { spec: { tariffRef: { name: "kr-mobile", version: "2026-07" } } },
});

/** Test builder: on the first of each month at midnight in Seoul, created in the middle of July 2026. */
export function exampleSchedule(
  spec: Partial<BillingScheduleSpec> = {},
  status?: BillingScheduleStatus,
): BillingSchedule {
  return {
    metadata: { name: "monthly", generation: 1, creationTimestamp: "2026-07-15T00:00:00Z" },
    spec: { ...defaults, ...spec },
    ...(status && { status }),
  };
}

/** Test builder: a run that was created at its firing, and ended an hour later unless it has not. */
export function exampleRun(
  period: string,
  firing: string,
  end: Partial<Pick<ScheduledRun, "outcome" | "finishedAtMs">> = {},
): ScheduledRun {
  const firingMs = Date.parse(firing);
  const outcome = end.outcome ?? "succeeded";
  const finishedAtMs = outcome === "unfinished" ? null : (end.finishedAtMs ?? firingMs + 3_600_000);
  return { name: `monthly-${period}`, uid: period, period, firingMs, outcome, finishedAtMs };
}
