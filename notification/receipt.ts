import { toNextChannel } from "./next-channel.ts";
import type { ReceiptEvent } from "./notification-event.ts";
import { hasBounced, isUnderWay, messageOf, type NotificationRow } from "./notification-row.ts";
import { moved, refused, type DeliveryRules, type Transition } from "./transition.ts";

/**
 * What a provider tells of a message that it accepted. Receipts come in any order, twice, and before the result of the
 * send is written; whatever the order, the row ends in the same state on the same channel:
 *
 * - a receipt proves the acceptance, so it is applied at once to whatever is under way, and to what was given up only
 *   because nobody knew;
 * - a hard bounce outweighs every other word of its channel, be it earlier or later.
 */
export function whenReceipt(row: NotificationRow, event: ReceiptEvent, rules: DeliveryRules): Transition {
  if (row.messageGeneration !== event.messageGeneration) return refused("stale-message");
  if (hasBounced(row, event.channel)) return refused("bounced");
  switch (event.what) {
    case "soft-bounce":
      return refused("recorded-only");
    case "delivered":
    case "complaint":
      return whenArrived(row, event);
    case "hard-bounce":
      return whenBounced(row, event, rules);
  }
}

/** SENT over this channel, under way, or given up as unknown → DELIVERED. A complaint proves the arrival, too. */
function whenArrived(row: NotificationRow, { channel }: ReceiptEvent): Transition {
  if (row.state === "DELIVERED") return refused("already-sent");
  if (row.state === "SENT") {
    return row.channel === channel ? moved(row, { state: "DELIVERED" }) : refused("other-channel");
  }
  if (!isUnderWay(row) && !isGivenUpAsUnknown(row)) return refused("wrong-state");
  // The provider on a row that has moved on is another channel's; who accepted at this one the receipt does not say.
  return moved(row, { state: "DELIVERED" }, row.channel === channel ? {} : { channel, provider: null });
}

/**
 * The channel is left for good: on to the next of the plan, or DEAD as `bounced`. Of a bill that no longer holds the
 * message is SUPERSEDED instead: a later generation has its own. A channel that was left before is only noted, so that
 * a late success of it does not count.
 */
function whenBounced(row: NotificationRow, event: ReceiptEvent, rules: DeliveryRules): Transition {
  const { channel, nowMs, billHolds } = event;
  const hasArrived = row.state === "SENT" || row.state === "DELIVERED";
  if (!hasArrived && !isUnderWay(row) && !isGivenUpAsUnknown(row)) return refused("wrong-state");
  const noted = { ...row, bounced: [...(row.bounced ?? []), channel] };
  if (row.channel !== channel) {
    if (hasArrived || row.fallbacks.includes(channel)) return refused("other-channel");
    return { kind: "moved", row: noted };
  }
  if (!billHolds) return { kind: "moved", row: { ...messageOf(noted), state: "SUPERSEDED" } };
  return toNextChannel(noted, nowMs, "bounced", rules);
}

function isGivenUpAsUnknown(row: NotificationRow): boolean {
  return row.state === "DEAD" && row.cause === "unknown-outcome";
}
