import { followUp, type FormerMessage } from "../../follow-up.ts";
import { isUnderWay, type NotificationRow } from "../../notification-row.ts";
import { transition } from "../../state.ts";
import { REAL_PARTS, type ResultWrite } from "../parts.ts";
import type { World } from "./world.ts";

/** What the model is put together from: the real decisions, and the conditions that stand in SQL. */
export interface AgainParts {
  /** Whether the second generation has the first one's amount, in other words. */
  readonly sameAmount: boolean;
  readonly transition: typeof transition;
  readonly followUp: typeof followUp;
  readonly written: ResultWrite;
  /** database/notifications/lock-follow-ups.ts: what became of the former message. */
  readonly fateOf: (world: World) => FormerMessage["fate"];
  /** database/promotion/recipient-query.ts: whether a message is planned for the bill. */
  readonly plans: (world: World, sameAmount: boolean) => boolean;
  /** database/promotion/supersede-notifications.ts: whether the former message is withdrawn. */
  readonly withdraws: (world: World, sameAmount: boolean) => boolean;
  /** The function `bills_that_hold` of the database: whether the former message may go on. */
  readonly formerHolds: (world: World, sameAmount: boolean) => boolean;
}

/** The product. */
export const REAL_AGAIN: Omit<AgainParts, "sameAmount"> = {
  transition,
  followUp,
  written: REAL_PARTS.written,
  fateOf({ former, recorded, bounced }) {
    const was = (outcome: "accepted" | "unknown"): boolean =>
      (["former/email", "former/sms"] as const).some(
        (door) => recorded.includes(`${door} ${outcome}`) && !bounced.includes(door),
      );
    if (was("accepted") || isSent(former)) return "told";
    if (isUnderWay(former)) return "under-way";
    const diedUnknown = former.state === "DEAD" && former.cause === "unknown-outcome";
    return former.unknownOutcomes > 0 || was("unknown") || diedUnknown ? "maybe" : "untold";
  },
  plans: ({ former }, sameAmount) => !(sameAmount && isSent(former)),
  withdraws: ({ former, hasPlan }, sameAmount) =>
    (isUnderWay(former) || former.state === "DEAD") &&
    !(
      sameAmount &&
      (former.state === "SENDING" || former.state === "UNKNOWN" || former.unknownOutcomes > 0 || !hasPlan)
    ),
  formerHolds: ({ stage, next }, sameAmount) =>
    stage !== "promoted" || (sameAmount && (next === null || next.state === "CANCELLED")),
};

function isSent({ state }: NotificationRow): boolean {
  return state === "SENT" || state === "DELIVERED";
}
