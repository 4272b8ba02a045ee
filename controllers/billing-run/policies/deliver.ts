import { allNotifications, openNotifications } from "../notification-counts.ts";
import { finished, underWay, type Policy } from "../verdict.ts";

/** Follows the messages until nothing will happen to any of them by itself. */
export const deliver: Policy = ({ observed: { ledger } }) => {
  if (ledger === null) return null;
  const facts = ledger.notifications;
  const open = facts === null ? 1 : openNotifications(facts);
  const all = facts === null ? 0 : allNotifications(facts);
  if (open > 0) {
    return underWay({
      phase: "Delivering",
      condition: "Delivered",
      reason: "Delivering",
      message: `${all === 0 ? 0 : all - open} of ${all} messages delivered or given up`,
    });
  }
  return finished({
    phase: "Completed",
    condition: "Finished",
    reason: "Completed",
    message: `bills are live; ${facts?.sent ?? 0} messages sent, ${facts?.dead ?? 0} dead`,
  });
};
