import type { LeaseExpiredEvent } from "./notification-event.ts";
import type { NotificationRow, RowIn } from "./notification-row.ts";
import { nextAllowedInstant } from "./quiet-hours.ts";
import { moved, refused, type DeliveryRules, type Transition } from "./transition.ts";

/** SENDING whose lease ran out → UNKNOWN, due at once: the lease was the wait. */
export function whenLeaseExpired(
  row: NotificationRow,
  { machineNowMs, nowMs }: LeaseExpiredEvent,
  rules: DeliveryRules,
): Transition {
  if (row.state !== "SENDING") return refused("wrong-state");
  if (row.leaseUntilMs > machineNowMs) return refused("lease-holds");
  return toUnknown(row, nowMs, rules);
}

/**
 * Counts an outcome nobody knows and has the message sent again under the same key from `resendAtMs`.
 *
 * The attempt is given back, because nothing is known to have failed; `maxUnknownOutcomes` bounds a message that
 * takes down every consumer that touches it. Past that it is DEAD, not the next channel's: it may have arrived.
 */
export function toUnknown(row: RowIn<"SENDING">, resendAtMs: number, rules: DeliveryRules): Transition {
  const changes = { attempt: row.attempt - 1, unknownOutcomes: row.unknownOutcomes + 1 };
  if (changes.unknownOutcomes > rules.maxUnknownOutcomes) {
    return moved(row, { state: "DEAD", cause: "unknown-outcome" }, changes);
  }
  const dueAtMs = nextAllowedInstant(resendAtMs, rules.quiet);
  return moved(row, { state: "UNKNOWN", dueAtMs }, changes);
}
