import type { Channel } from "../../notification/channel.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { OutboxBatch } from "./open-outbox-batches.ts";
import type { QueuedRow } from "./queue-due.ts";

/** A queued row and the channel whose topic its claim check belongs on. */
export interface QueuedChannelRow extends QueuedRow {
  readonly channel: Channel;
}

/** The rows of an open batch that are still QUEUED under it: those whose claim checks no consumer has seen. */
export async function queuedOfBatch(
  client: Queryable,
  { period, generation, batchId }: OutboxBatch,
): Promise<readonly QueuedChannelRow[]> {
  const { from, to } = billIdRange(period);
  const result = await client.query<QueuedChannelRow>(
    `select bill_id as "billId", member_id as "memberId", seq, channel
       from notifications
      where generation = $1 and bill_id >= $2 and bill_id < $3 and state = 'QUEUED' and outbox_batch = $4`,
    [generation, from, to, batchId],
  );
  return result.rows;
}
