import {
  scheduleConditionTypes,
  type ScheduleCondition,
  type ScheduleConditionType,
  type ScheduleHead,
  type ScheduleReason,
} from "./schedule.ts";
import type { SettledFirings } from "./settle-firings.ts";

/** Why a firing waits. */
export interface Wait {
  readonly reason: ScheduleReason;
  readonly message: string;
}

/** Whether a schedule can be used, and whether a firing waits. */
export type Judgement =
  | { readonly kind: "accepted"; readonly waiting: Wait | null }
  | { readonly kind: "refused"; readonly reason: ScheduleReason; readonly message: string };

/** All conditions; the transition time is kept where the status of one is. */
export function conditionsOfSchedule(
  { metadata, status }: ScheduleHead,
  judgement: Judgement & { readonly suspended: boolean },
  nowMs: number,
): ScheduleCondition[] {
  return scheduleConditionTypes.map((type) => {
    const found = judge(type, judgement);
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

function judge(type: ScheduleConditionType, judgement: Judgement & { readonly suspended: boolean }): Found {
  switch (type) {
    case "Accepted":
      return judgement.kind === "accepted"
        ? { status: "True", reason: "ScheduleValid", message: "" }
        : { status: "False", reason: judgement.reason, message: judgement.message };
    case "Waiting":
      return judgement.kind === "accepted" && judgement.waiting !== null
        ? { status: "True", ...judgement.waiting }
        : { status: "False", reason: "NothingWaits", message: "" };
    case "Suspended":
      return judgement.suspended
        ? { status: "True", reason: "SuspendRequested", message: "" }
        : { status: "False", reason: "NotSuspended", message: "" };
  }
}

/** Which period waits, and for which run; null when none does. */
export function waitOf({ waiting }: SettledFirings): Wait | null {
  if (waiting === null) return null;
  const { firing, run } = waiting;
  const message = `${firing.period} waits until run ${run.name} has ended`;
  return { reason: "PreviousRunUnfinished", message };
}
