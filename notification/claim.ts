import { isHeld } from "./hold.ts";
import type {
  ClaimEvent,
  DueEvent,
  HeldBackEvent,
  QuietNowEvent,
  RecallEvent,
  RescheduleEvent,
} from "./notification-event.ts";
import type { NotificationRow } from "./notification-row.ts";
import { providerAfterFailure, providerOfClaim } from "./provider-choice.ts";
import { nextAllowedInstant } from "./quiet-hours.ts";
import { moved, refused, type DeliveryRules, type Transition } from "./transition.ts";

/** SCHEDULED or UNKNOWN, due → QUEUED under a new `seq`. An unknown outcome is thereby sent again under the same key. */
export function whenDue(row: NotificationRow, { nowMs }: DueEvent): Transition {
  if (row.state !== "SCHEDULED" && row.state !== "UNKNOWN") return refused("wrong-state");
  if (row.dueAtMs > nowMs) return refused("not-due");
  return moved(row, { state: "QUEUED" }, { seq: row.seq + 1 });
}

/**
 * QUEUED with the same `seq` → SENDING under a lease, one attempt spent; → SCHEDULED when it is quiet by now. The
 * provider stands on the row before anything is sent, so that a crash cannot forget who may have accepted.
 */
export function whenClaimed(row: NotificationRow, event: ClaimEvent, rules: DeliveryRules): Transition {
  if (row.seq !== event.seq) return refused("stale-seq");
  if (row.state !== "QUEUED") return refused("wrong-state");
  const quietEndMs = nextAllowedInstant(event.nowMs, rules.quiet);
  if (quietEndMs > event.nowMs) {
    return moved(row, { state: "SCHEDULED", dueAtMs: quietEndMs, reason: "quiet-hours" });
  }
  const changes = { attempt: row.attempt + 1, provider: providerOfClaim(row, event.provider) };
  return moved(row, { state: "SENDING", leaseUntilMs: event.leaseUntilMs }, changes);
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
  return moved(row, { state: "SCHEDULED", dueAtMs, reason: "quiet-hours" }, unsent(row));
}

/** SENDING before anything was sent → SCHEDULED after the wait, the attempt given back. */
export function whenHeldBack(row: NotificationRow, event: HeldBackEvent, rules: DeliveryRules): Transition {
  if (row.seq !== event.seq) return refused("stale-seq");
  if (row.state !== "SENDING") return refused("wrong-state");
  const dueAtMs = nextAllowedInstant(event.nowMs + event.waitMs, rules.quiet);
  return moved(row, { state: "SCHEDULED", dueAtMs, reason: event.reason }, unsent(row));
}

/** What a claim has changed, taken back. */
function unsent(row: NotificationRow): { attempt: number; provider: string | null } {
  const attempt = row.state === "SENDING" ? row.attempt - 1 : row.attempt;
  return { attempt, provider: providerAfterFailure(row) };
}

/** SCHEDULED → SCHEDULED at another time, unless a person holds it. What is queued already is about to leave and is not called back. */
export function whenRescheduled(
  row: NotificationRow,
  event: RescheduleEvent,
  { quiet }: DeliveryRules,
): Transition {
  if (row.state !== "SCHEDULED") return refused("wrong-state");
  if (isHeld(row)) return refused("held");
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
