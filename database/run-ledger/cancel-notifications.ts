import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { leafName } from "../notifications/leaf.ts";

/**
 * Cancels the messages of a generation that no worker holds, and returns how many. The sequence is raised, so that a
 * claim check that is on Kafka already finds nothing to claim. What is being sent ends by itself.
 */
export async function cancelNotifications(client: Queryable, address: GenerationAddress): Promise<number> {
  const { rowCount } = await client.query(
    `update ${leafName(address)}
     set state = 'CANCELLED', reason = 'run-cancelled', seq = seq + 1, updated_at = clock_timestamp()
     where state in ('SCHEDULED', 'QUEUED')`,
  );
  return rowCount ?? 0;
}
