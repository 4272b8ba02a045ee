import type { Queryable } from "../../platform/postgres.ts";

/** Who stopped or opened a channel. */
export interface ChannelChange {
  readonly channel: string;
  readonly paused: boolean;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Stops or opens a channel, for every generation. The dispatcher queues nothing of a stopped one from its next statement
 * on, and takes back within a sweep what no consumer has claimed. Returns whether that was a change.
 */
export async function setChannelPaused(client: Queryable, change: ChannelChange): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into channel_controls as c (channel, paused, reason, changed_by)
     select $1, $2, $3, $4 where $2 or exists (select from channel_controls where channel = $1)
     on conflict (channel) do update
       set paused = excluded.paused, reason = excluded.reason, changed_by = excluded.changed_by,
           changed_at = clock_timestamp()
     where c.paused <> excluded.paused`,
    [change.channel, change.paused, change.reason, change.actor],
  );
  return rowCount === 1;
}
