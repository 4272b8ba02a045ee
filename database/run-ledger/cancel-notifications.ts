import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";
import { leafName } from "../notifications/leaf.ts";
import { generationScope } from "../proof/scope.ts";
import { promotionLock } from "../promotion/lock-promotion.ts";

/** Why a message was cancelled with its run: the next generation announces its bill, which nobody was told of. */
export const runCancelled = "run-cancelled";

/**
 * Cancels the messages of a live generation that no worker holds, and returns how many. The sequence is raised, so that a
 * claim check that is on Kafka already finds nothing to claim. What is being sent ends by itself. Waits for a promotion of
 * the period, which has planned its messages by what these were; those of a generation that it superseded are left alone:
 * of bills that did not change they are the only ones.
 */
export async function cancelNotifications(client: Queryable, address: GenerationAddress): Promise<number> {
  leafName(address); // throws for an address that is none, because it becomes part of a statement
  const { period, generation } = address;
  // Statements sent together are one transaction, and the second sees what the lock waited for.
  const results = (await client.query(
    `select pg_advisory_xact_lock(${promotionLock(`'${period}'`)});
     update notifications n
     set state = 'CANCELLED', reason = '${runCancelled}', seq = n.seq + 1, updated_at = clock_timestamp()
     where ${generationScope("n", address)} and n.state in ('SCHEDULED', 'QUEUED')
       and exists (select from generations g
                   where g.period = '${periodDate(period)}' and g.number = ${generation} and g.state = 'live')`,
  )) as unknown as readonly { readonly rowCount: number | null }[];
  return results.at(-1)?.rowCount ?? 0;
}
