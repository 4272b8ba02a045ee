import type { ReceiptEvent } from "./notification-event.ts";
import { isUnderWay, type NotificationRow } from "./notification-row.ts";
import { moved, refused, type Transition } from "./transition.ts";

/**
 * SENT → DELIVERED; so does anything under way, for a receipt proves acceptance and may overtake the result that the
 * consumer is about to write.
 */
export function whenReceipt(row: NotificationRow, event: ReceiptEvent): Transition {
  if (row.messageGeneration !== event.messageGeneration) return refused("stale-message");
  if (row.state === "DELIVERED") return refused("already-sent");
  if (row.state !== "SENT" && !isUnderWay(row)) return refused("wrong-state");
  return moved(row, { state: "DELIVERED" }, { channel: event.channel });
}
