import assert from "node:assert/strict";
import type { Carrier } from "./support.ts";

/** Messages that will still be sent if nothing else happens, by the rule of the dispatcher: of released generations. */
export const pending = `
  select n.bill_id as bill, n.generation from notifications n
  join generations g on g.number = n.generation and g.released_at is not null and g.state in ('live', 'superseded')
  where n.state in ('SCHEDULED', 'QUEUED', 'UNKNOWN') order by n.bill_id, n.generation`;

/** That every bill of the live generation has exactly one message on its way, and that it is of these very amounts. */
export async function assertEachBillOnce(carrier: Carrier): Promise<void> {
  const wrong = await carrier.rows(
    `with pending as (${pending})
     select b.account_id, array_agg(p.generation) as pending, bool_and(o.digest = b.digest) as same
     from generations g join bills b on b.generation = g.number
     left join pending p on p.bill = b.bill_id
     left join bills o on o.bill_id = p.bill and o.generation = p.generation
     where g.state = 'live'
     group by b.account_id having count(p.bill) <> 1 or not bool_and(o.digest = b.digest)`,
  );
  assert.deepEqual(wrong.slice(0, 3), []);
  const bills = await carrier.value<number>("select billed from generations where state = 'live'");
  assert.equal((await carrier.rows(pending)).length, bills);
}
