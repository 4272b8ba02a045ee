import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import type { QueuedChannelRow } from "./queued-of-batch.ts";

/**
 * Rows QUEUED for longer than `overdueMs` (machine clock), whose claim checks may be lost, at most `limit`. They are
 * marked as looked at, so that the next sweep leaves them alone for as long again; `seq` stays, so that the claim
 * check, should it come after all, and the new one are the same.
 */
export async function touchOverdue(
  client: Queryable,
  { period, generation }: GenerationAddress,
  overdueMs: number,
  limit: number,
): Promise<readonly QueuedChannelRow[]> {
  const { from, to } = billIdRange(period);
  const result = await client.query<QueuedChannelRow>(
    `with overdue as materialized (
       select bill_id from notifications
        where generation = $1 and bill_id >= $2 and bill_id < $3 and state = 'QUEUED'
          and updated_at < clock_timestamp() - $4 * interval '1 millisecond'
        limit $5
          for update skip locked
     )
     update notifications n set updated_at = clock_timestamp()
       from overdue
      where n.bill_id = overdue.bill_id and n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3
     returning n.bill_id as "billId", n.member_id as "memberId", n.seq, n.channel`,
    [generation, from, to, overdueMs, limit],
  );
  return result.rows;
}
