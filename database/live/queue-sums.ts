import type { Queryable } from "../../platform/postgres.ts";

/** Messages of all generations in one state of one channel. */
export interface QueueSum {
  readonly state: string;
  readonly channel: string;
  readonly messages: number;
}

/** How many messages stand in each state, from the counts (some thousand rows at most, whatever the messages). */
export async function readQueueSums(client: Queryable): Promise<readonly QueueSum[]> {
  const { rows } = await client.query<QueueSum>(
    `select state, channel, sum(messages)::float8 as messages from notification_counts
      group by state, channel having sum(messages) <> 0 order by state, channel`,
  );
  return rows;
}
