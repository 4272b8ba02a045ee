import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { leafName } from "../notifications/leaf.ts";
import { generationScope, monthScope } from "../proof/scope.ts";

const withdraw = `update notifications n
   set state = case when n.state = 'SENDING' then n.state else 'SUPERSEDED' end,
       reason = case when n.state = 'SENDING' then n.reason else 'superseded' end,
       withdrawn = true, updated_at = clock_timestamp()`;
/** DEAD as well: nobody may redrive the message of a bill that no longer holds, and nobody was told of it. */
const unsent = "n.state in ('SCHEDULED', 'QUEUED', 'UNKNOWN', 'SENDING', 'DEAD')";

/**
 * Withdraws the messages of every other generation of the period that have not been sent: returns how many. Of `released`
 * generations only those whose bill the new generation changes or does not have; a message whose bill is the same goes
 * on, whichever generation it is of, and the new one does not repeat it. Of the others all: they would never leave. A
 * message that is being sent now is recalled by nobody, but marked: unless it is accepted, it is not tried again. One that
 * may have been accepted with the amount that still holds goes on under its key, which settles whether it was; the new
 * message waits for it (`follows`). So does one whose amount holds and that no message of the new generation follows: it
 * had been sent when these were planned, and has bounced since. `announced`: such messages were planned, into the
 * generation's leaf. Part of the promoting transaction.
 */
export async function supersedeNotifications(
  client: Queryable,
  current: GenerationAddress,
  released: readonly number[],
  announced: boolean,
): Promise<number> {
  const { period, generation } = current;
  // Two statements: an `or` between them would have each message look up its bill by itself.
  const held = await client.query(
    `${withdraw} where ${monthScope("n", period)} and n.generation not in (${[generation, ...released].join(", ")})
       and ${unsent}`,
  );
  if (released.length === 0) return held.rowCount ?? 0;
  const among = `in (${released.join(", ")})`;
  const changed = await client.query(
    `${withdraw} where ${monthScope("n", period)} and n.generation ${among} and ${unsent}
       and not exists (
         select from bills o join bills c on c.bill_id = o.bill_id and c.digest = o.digest
         where ${monthScope("o", period)} and o.generation ${among} and ${generationScope("c", current)}
           and o.bill_id = n.bill_id and o.generation = n.generation)
       and not (
         (n.state in ('SENDING', 'UNKNOWN') or n.unknown_outcomes > 0
           ${announced ? `or not exists (select from ${leafName(current)} f where f.bill_id = n.bill_id)` : ""})
         and exists (
           select from bills o join bills c on c.bill_id = o.bill_id and c.total_minor = o.total_minor
           where ${monthScope("o", period)} and o.generation ${among} and ${generationScope("c", current)}
             and o.bill_id = n.bill_id and o.generation = n.generation))`,
  );
  return (held.rowCount ?? 0) + (changed.rowCount ?? 0);
}
