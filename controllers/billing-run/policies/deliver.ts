import { holdSentence } from "../hold-words.ts";
import { allNotifications, openNotifications } from "../notification-counts.ts";
import { finished, underWay, type Policy } from "../verdict.ts";

/** The instant and not how long ago: a message that grew with every look would be written with every look. */
function stuckSentence(sinceMs: number): string {
  const since = new Date(sinceMs).toISOString();
  return (
    `Kafka does not take what has been handed to it since ${since}: is it there, does a dispatcher run? ` +
    "Nothing is lost, and it goes on by itself"
  );
}

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
    const progress = `${all - open} of ${all} messages delivered or given up`;
    const stuckSinceMs = ledger.outboxStuckSinceMs;
    return underWay({
      phase: "Delivering",
      condition: "Delivered",
      ...(stuckSinceMs === null
        ? { reason: "Delivering", message: progress }
        : { reason: "OutboxStuck", message: `${progress}; ${stuckSentence(stuckSinceMs)}` }),
    });
  }
  return finished({
    phase: "Completed",
    condition: "Finished",
    reason: "Completed",
    message: `bills are live; ${facts.sent} messages sent, ${facts.dead} dead`,
  });
};
