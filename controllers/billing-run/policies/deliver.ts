import { holdSentence } from "../hold-words.ts";
import { allNotifications, openNotifications } from "../notification-counts.ts";
import { finished, underWay, type Policy } from "../verdict.ts";

/** Follows the messages until nothing will happen to any of them by itself. */
export const deliver: Policy = ({ observed: { ledger } }) => {
  if (ledger === null) return null;
  const facts = ledger.notifications;
  if (facts === null) {
    // Promoted with release None: that it was changed afterwards makes no messages.
    return finished({
      phase: "Completed",
      condition: "Finished",
      reason: "Completed",
      message: "bills are live; they were promoted without messages",
    });
  }
  const open = openNotifications(facts);
  const all = allNotifications(facts);
  if (open > 0 && ledger.deliveryHold !== null) {
    return underWay({
      phase: "Delivering",
      condition: "Delivered",
      reason: "DeliveryHeld",
      message: holdSentence(ledger.deliveryHold),
    });
  }
  if (open > 0) {
    return underWay({
      phase: "Delivering",
      condition: "Delivered",
      reason: "Delivering",
      message: `${all - open} of ${all} messages delivered or given up`,
    });
  }
  return finished({
    phase: "Completed",
    condition: "Finished",
    reason: "Completed",
    message: `bills are live; ${facts.sent} messages sent, ${facts.dead} dead`,
  });
};
