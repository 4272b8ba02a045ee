import type { DecideMove } from "../../database/commands/move-messages.ts";
import { decideOrder, type DeliveryOrder } from "../../notification/delivery-order.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { policyOfGeneration } from "../../notification/read-policy.ts";

/** The state machine's answer for each message, by the policy of its generation. */
export function decideBy(order: DeliveryOrder): DecideMove {
  const policies = new Map<unknown, NotificationPolicy>();
  return (message, { released, notificationPolicy }, nowMs) => {
    let policy = policies.get(notificationPolicy);
    if (policy === undefined) {
      policy = policyOfGeneration(notificationPolicy);
      policies.set(notificationPolicy, policy);
    }
    return decideOrder({ ...message, released, policy }, order, nowMs);
  };
}
