import {
  scheduleConditionTypes,
  type BillingSchedule,
  type ScheduleCondition,
  type ScheduleConditionType,
  type ScheduleReason,
} from "./schedule.ts";
import type { SettledFirings } from "./settle-firings.ts";

/** Whether a schedule can be used, and whether a firing waits. */
export type Judgement =
  | { readonly kind: "accepted"; readonly waiting: SettledFirings["waiting"] }
  | { readonly kind: "refused"; readonly reason: ScheduleReason; readonly message: string };

/** All conditions; the transition time is kept where the status of one is. */
export function conditionsOfSchedule(
  { metadata, spec, status }: BillingSchedule,
  judgement: Judgement,
  nowMs: number,
): ScheduleCondition[] {
  return scheduleConditionTypes.map((type) => {
    const found = judge(type, spec.suspend, judgement);
    const previous = status?.conditions.find((condition) => condition.type === type);
    return {
      type,
      ...found,
      observedGeneration: metadata.generation,
      lastTransitionTime:
        previous?.status === found.status ? previous.lastTransitionTime : new Date(nowMs).toISOString(),
    };
  });
}

type Found = Pick<ScheduleCondition, "status" | "reason" | "message">;

function judge(type: ScheduleConditionType, suspend: boolean, judgement: Judgement): Found {
  switch (type) {
    case "Accepted":
      return judgement.kind === "accepted"
        ? { status: "True", reason: "ScheduleValid", message: "" }
        : { status: "False", reason: judgement.reason, message: judgement.message };
    case "Waiting":
      return judgement.kind === "accepted" && judgement.waiting !== null
        ? { status: "True", reason: "PreviousRunUnfinished", message: waitingMessage(judgement.waiting) }
        : { status: "False", reason: "NothingWaits", message: "" };
    case "Suspended":
      return suspend
        ? { status: "True", reason: "SuspendRequested", message: "" }
        : { status: "False", reason: "NotSuspended", message: "" };
  }
}

/** Which period waits, and for what. */
export function waitingMessage({ firing, run }: NonNullable<SettledFirings["waiting"]>): string {
  return `${firing.period} waits until run ${run.name} has ended`;
}
