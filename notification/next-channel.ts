import type { UnreachableEvent } from "./notification-event.ts";
import type { DeadCause, NotificationRow } from "./notification-row.ts";
import { nextAllowedInstant } from "./quiet-hours.ts";
import { moved, refused, type DeliveryRules, type Transition } from "./transition.ts";

/** Leaves a channel for good: the next of the plan at once (unless quiet), its attempts from 0; without one, DEAD. */
export function toNextChannel(
  row: NotificationRow,
  nowMs: number,
  cause: DeadCause,
  { quiet }: DeliveryRules,
): Transition {
  const [channel, ...fallbacks] = row.fallbacks;
  if (channel === undefined) return moved(row, { state: "DEAD", cause });
  const dueAtMs = nextAllowedInstant(nowMs, quiet);
  const changes = { channel, fallbacks, attempt: 0, provider: null };
  return moved(row, { state: "SCHEDULED", dueAtMs, reason: "fallback" }, changes);
}

/**
 * QUEUED, or SENDING before anything was sent, without a usable contact → next channel, or DEAD.
 *
 * When an earlier send of this message may have been accepted, another channel would tell the member twice: DEAD.
 */
export function whenUnreachable(
  row: NotificationRow,
  event: UnreachableEvent,
  rules: DeliveryRules,
): Transition {
  if (row.seq !== event.seq) return refused("stale-seq");
  if (row.state !== "QUEUED" && row.state !== "SENDING") return refused("wrong-state");
  if (row.unknownOutcomes > 0) return moved(row, { state: "DEAD", cause: "unknown-outcome" });
  return toNextChannel(row, event.nowMs, "no-contact", rules);
}
