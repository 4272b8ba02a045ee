import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** A row that is QUEUED: what its claim check is made of. */
export interface QueuedRow {
  readonly billId: number;
  readonly memberId: number;
  readonly seq: number;
}

/** What one call has queued. Until the batch is closed, its rows may not have reached Kafka. */
export interface QueuedBatch {
  /** null when nothing was due. */
  readonly batchId: number | null;
  readonly rows: readonly QueuedRow[];
}

interface Row extends QueuedRow {
  readonly batchId: number;
}

/**
 * SCHEDULED or UNKNOWN and due → QUEUED with the next `seq`, at most `limit` rows of one channel, the longest due
 * first, stamped with a new outbox batch: one statement, so one commit. Dispatchers side by side skip each other's rows.
 * What follows a former message is left to `settleFollowUps` first. Of a paused channel nothing, nor of a database that is
 * not armed where it stands: each a probe of a few rows, made once a statement, so that no process acts on what it believed
 * before a restore.
 *
 * Locked rows are found again where they lie, a fifth cheaper than by key; generation and range make sure that it is this
 * leaf's. One that was changed between snapshot and lock is not moved, and stays due. Were that all of them, their batch
 * stands empty until the sweep forgets it.
 *
 * The same move as `whenDue` (notification/claim.ts). An idle call writes nothing.
 */
export async function queueDue(
  client: Queryable,
  { period, generation }: GenerationAddress,
  channel: string,
  limit: number,
): Promise<QueuedBatch> {
  const { from, to } = billIdRange(period);
  const result = await client.query<Row>(
    `with due as materialized (
       select ctid from notifications
        where generation = $1 and bill_id >= $2 and bill_id < $3 and channel = $4
          and state in ('SCHEDULED', 'UNKNOWN') and due_at <= (select billing_now()) and not follows
          and not (select exists (select from channel_controls where channel = $4 and paused))
          and (select delivery_hold()) is null
        order by due_at
        limit $5
          for update skip locked
     ), batch as (
       insert into outbox_batches (period, generation)
       select to_date($6, 'YYYY-MM'), $1 where exists (select from due)
       returning id
     )
     update notifications n
        set state = 'QUEUED', seq = n.seq + 1, outbox_batch = (select id from batch), updated_at = clock_timestamp()
      where n.ctid = any (array(select ctid from due)) and n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3
     returning n.bill_id as "billId", n.member_id as "memberId", n.seq, n.outbox_batch as "batchId"`,
    [generation, from, to, channel, limit, period],
  );
  return { batchId: result.rows[0]?.batchId ?? null, rows: result.rows };
}
