import type { FollowUpEvent } from "./notification-event.ts";
import type { NotificationRow } from "./notification-row.ts";
import { nextAllowedInstant } from "./quiet-hours.ts";
import { moved, refused, type DeliveryRules, type Transition } from "./transition.ts";

/** How long a message waits before it asks again what became of the former one: a send takes seconds, a lease a minute. */
export const ASK_AGAIN_MS = 10_000;

/**
 * A due message of a bill that was settled again: it goes on when it is the first or a correction, waits while a former
 * one is under way, and is CANCELLED where there is nothing to say. Where nobody knows whether this very amount was told
 * already it is DEAD, its outcome unknown: a person decides, and no other channel is tried on a guess.
 */
export function whenFollowing(
  row: NotificationRow,
  { found, nowMs }: FollowUpEvent,
  { quiet }: DeliveryRules,
): Transition {
  if (row.state !== "SCHEDULED") return refused("wrong-state");
  // Found out before it is queued first, and never again: a retry says what the first try said.
  if (row.seq > 0) return refused("stale-seq");
  if (row.dueAtMs > nowMs) return refused("not-due");
  switch (found) {
    case "first":
    case "correction":
      return moved(row, { state: "SCHEDULED", dueAtMs: row.dueAtMs, reason: row.reason });
    case "wait": {
      const dueAtMs = nextAllowedInstant(nowMs + ASK_AGAIN_MS, quiet);
      return moved(row, { state: "SCHEDULED", dueAtMs, reason: "former-message" });
    }
    case "told-already":
      return moved(row, { state: "CANCELLED" });
    case "uncertain":
      return moved(row, { state: "DEAD", cause: "unknown-outcome" }, { unknownOutcomes: 1 });
  }
}
