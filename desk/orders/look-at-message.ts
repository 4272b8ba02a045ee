import { billTargets } from "../../database/commands/bill-targets.ts";
import { loadMessages } from "../../database/commands/load-messages.ts";
import { groupTargets } from "../../database/commands/message-target.ts";
import { billingNow } from "../../database/promotion/billing-now.ts";
import { orderChances, type OrderChance } from "../../notification/open-orders.ts";
import { policyOfGeneration } from "../../notification/read-policy.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** What may be ordered for the newest message of a bill, which is the one that orders by bill find; nothing where there is none. */
export async function lookAtMessage(client: Queryable, billId: number): Promise<readonly OrderChance[]> {
  for await (const { targets } of billTargets(client, [billId])) {
    for (const group of groupTargets(targets)) {
      const { messages, released, notificationPolicy } = await loadMessages(client, group, false);
      const [message] = messages;
      if (message === undefined) continue;
      const policy = policyOfGeneration(notificationPolicy);
      return orderChances({ ...message, released, policy }, (await billingNow(client)).getTime());
    }
  }
  return [];
}
