import type {
  ClaimEvent,
  DueEvent,
  QuietNowEvent,
  RecallEvent,
  RescheduleEvent,
} from "./notification-event.ts";
import type { NotificationRow } from "./notification-row.ts";
import { nextAllowedInstant } from "./quiet-hours.ts";
import { moved, refused, type DeliveryRules, type Transition } from "./transition.ts";

/** SCHEDULED or UNKNOWN, due → QUEUED under a new `seq`. An unknown outcome is thereby sent again under the same key. */
export function whenDue(row: NotificationRow, { nowMs }: DueEvent): Transition {
  if (row.state !== "SCHEDULED" && row.state !== "UNKNOWN") return refused("wrong-state");
  if (row.dueAtMs > nowMs) return refused("not-due");
  return moved(row, { state: "QUEUED" }, { seq: row.seq + 1 });
}

/** QUEUED with the same `seq` → SENDING under a lease, one attempt spent; → SCHEDULED when it is quiet by now. */
export function whenClaimed(row: NotificationRow, event: ClaimEvent, rules: DeliveryRules): Transition {
  if (row.seq !== event.seq) return refused("stale-seq");
  if (row.state !== "QUEUED") return refused("wrong-state");
  const quietEndMs = nextAllowedInstant(event.nowMs, rules.quiet);
  if (quietEndMs > event.nowMs) {
    return moved(row, { state: "SCHEDULED", dueAtMs: quietEndMs, reason: "quiet-hours" });
  }
  return moved(row, { state: "SENDING", leaseUntilMs: event.leaseUntilMs }, { attempt: row.attempt + 1 });
}

/**
 * QUEUED, or SENDING before anything was sent → SCHEDULED at the end of the quiet hours, the attempt given back.
 *
 * A consumer that claims hundreds of rows in one statement learns each member's quiet hours from that statement.
 */
export function whenQuietNow(row: NotificationRow, event: QuietNowEvent, rules: DeliveryRules): Transition {
  if (row.seq !== event.seq) return refused("stale-seq");
  if (row.state !== "QUEUED" && row.state !== "SENDING") return refused("wrong-state");
  const dueAtMs = nextAllowedInstant(event.nowMs, rules.quiet);
  const attempt = row.state === "SENDING" ? row.attempt - 1 : row.attempt;
  return moved(row, { state: "SCHEDULED", dueAtMs, reason: "quiet-hours" }, { attempt });
}

/** SCHEDULED → SCHEDULED at another time. What is queued already is about to leave and is not called back. */
export function whenRescheduled(
  row: NotificationRow,
  event: RescheduleEvent,
  { quiet }: DeliveryRules,
): Transition {
  if (row.state !== "SCHEDULED") return refused("wrong-state");
  const dueAtMs = nextAllowedInstant(event.dueAtMs, quiet);
  return moved(row, { state: "SCHEDULED", dueAtMs, reason: event.reason });
}

/** QUEUED → SCHEDULED, due at once; its claim check finds nothing to claim, and the next queueing raises `seq`. */
export function whenRecalled(
  row: NotificationRow,
  { nowMs }: RecallEvent,
  { quiet }: DeliveryRules,
): Transition {
  if (row.state !== "QUEUED") return refused("wrong-state");
  const dueAtMs = nextAllowedInstant(nowMs, quiet);
  return moved(row, { state: "SCHEDULED", dueAtMs, reason: "paused" });
}
