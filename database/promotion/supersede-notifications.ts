import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { generationScope } from "../proof/scope.ts";

/**
 * Withdraws the former generation's messages that have not been sent, where the new generation has another bill for the
 * account, or none: returns how many. A message whose bill did not change goes on, and one that is being sent now is
 * recalled by nobody. Part of the promoting transaction.
 */
export async function supersedeNotifications(
  client: Queryable,
  former: GenerationAddress,
  current: GenerationAddress,
): Promise<number> {
  const { rowCount } = await client.query(
    `update notifications n set state = 'SUPERSEDED', reason = 'superseded', updated_at = clock_timestamp()
     where ${generationScope("n", former)} and n.state in ('SCHEDULED', 'QUEUED', 'UNKNOWN')
       and not exists (
         select from bills o join bills c on c.bill_id = o.bill_id and c.digest = o.digest
         where ${generationScope("o", former)} and ${generationScope("c", current)} and o.bill_id = n.bill_id)`,
  );
  return rowCount ?? 0;
}
