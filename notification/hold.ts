import type { LetGoEvent } from "./notification-event.ts";
import type { NotificationRow } from "./notification-row.ts";
import { nextAllowedInstant } from "./quiet-hours.ts";
import { moved, refused, type DeliveryRules, type Transition } from "./transition.ts";

/** When a message is due that a person holds: after everything, for the row must have a day. */
export const HELD_UNTIL_MS = Date.UTC(9999, 0, 1);

/** Whether a person holds this message: it is due when it is let go. */
export function isHeld(row: NotificationRow): boolean {
  return row.state === "SCHEDULED" && row.reason === "held";
}

/**
 * SCHEDULED or QUEUED → SCHEDULED without a day. A claim check that is out finds nothing to claim. What is being sent, or may
 * have been, is not held: the member may have it.
 */
export function whenHeld(row: NotificationRow): Transition {
  if (isHeld(row)) return refused("held");
  if (row.state !== "SCHEDULED" && row.state !== "QUEUED") return refused("wrong-state");
  return moved(row, { state: "SCHEDULED", dueAtMs: HELD_UNTIL_MS, reason: "held" });
}

/** Held → SCHEDULED for the day it has now, out of quiet hours. */
export function whenLetGo(row: NotificationRow, { due }: LetGoEvent, { quiet }: DeliveryRules): Transition {
  if (!isHeld(row)) return refused("not-held");
  const dueAtMs = nextAllowedInstant(due.dueAtMs, quiet);
  return moved(row, { state: "SCHEDULED", dueAtMs, reason: due.reason });
}

/** A receipt may lead a held message to its next channel, and does not let it go. */
export function keptHeld(before: NotificationRow, result: Transition): Transition {
  if (result.kind === "refused" || !isHeld(before) || result.row.state !== "SCHEDULED") return result;
  return moved(result.row, { state: "SCHEDULED", dueAtMs: HELD_UNTIL_MS, reason: "held" });
}
