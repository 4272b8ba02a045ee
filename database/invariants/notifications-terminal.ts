import type { Queryable } from "../../platform/postgres.ts";
import { observeNotifications } from "../run-ledger/observe-notifications.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { Invariant } from "./invariant.ts";

/** No message is stuck: each is at its end, or scheduled for a stated moment. */
export async function notificationsTerminal(
  client: Queryable,
  address: GenerationAddress,
): Promise<Invariant> {
  const facts = await observeNotifications(client, address);
  const { scheduled = 0, queued = 0, inFlight = 0, sent = 0, dead = 0, dropped = 0 } = facts ?? {};
  return {
    name: "every-notification-at-its-end",
    holds: facts !== null && queued === 0 && inFlight === 0,
    detail: `${sent} sent, ${dead} dead, ${dropped} withdrawn, ${scheduled} scheduled, ${queued} queued, ${inFlight} in flight`,
  };
}
