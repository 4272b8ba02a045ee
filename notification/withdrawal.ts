import { isUnderWay, type NotificationRow } from "./notification-row.ts";
import { moved, refused, type Transition } from "./transition.ts";

/** Under way → CANCELLED. A send already in flight is not called back; its result is recorded as an attempt only. */
export function whenCancelled(row: NotificationRow): Transition {
  return isUnderWay(row) ? moved(row, { state: "CANCELLED" }) : refused("wrong-state");
}

/** Under way or DEAD → SUPERSEDED: nobody may redrive the message of a bill that no longer holds. */
export function whenSuperseded(row: NotificationRow): Transition {
  return isUnderWay(row) || row.state === "DEAD"
    ? moved(row, { state: "SUPERSEDED" })
    : refused("wrong-state");
}
