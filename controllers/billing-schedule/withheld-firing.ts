import type { BillingScheduleStatus } from "../../crds/billing-schedule.ts";
import type { Creation } from "./create-run.ts";
import type { ScheduleDecision } from "./decide.ts";
import type { ScheduleEvent } from "./schedule-action.ts";

/**
 * The decision as it stands when its run could not be created: nothing is settled, so that the firing is not lost, and
 * the schedule says that it waits, and why.
 */
export function withheld(
  decision: ScheduleDecision,
  former: BillingScheduleStatus | undefined,
  trouble: Exclude<Creation, { kind: "created" }>,
  nowMs: number,
): Pick<ScheduleDecision, "status" | "events"> {
  const reason = trouble.kind === "refused" ? "RunRefused" : "RunNameTaken";
  const { message } = trouble;
  const conditions = decision.status.conditions.map((condition) => {
    if (condition.type !== "Waiting") return condition;
    const before = former?.conditions.find(({ type }) => type === "Waiting");
    const lastTransitionTime =
      before?.status === "True" ? before.lastTransitionTime : new Date(nowMs).toISOString();
    return { ...condition, status: "True" as const, reason, message, lastTransitionTime };
  });
  const told = former?.conditions.some((seen) => seen.type === "Waiting" && seen.message === message);
  const event: ScheduleEvent = { type: "Warning", reason, message };
  return {
    status: {
      ...decision.status,
      conditions,
      timing: former === undefined ? decision.status.timing : former.timing,
      settledUntil: former?.settledUntil ?? null,
      lastScheduleTime: former?.lastScheduleTime ?? null,
      missed: former?.missed ?? 0,
    },
    events: told === true ? [] : [event],
  };
}
