import type { Queryable } from "../../platform/postgres.ts";

/** How a person left a channel; one without a row was never paused. */
export interface ChannelControl {
  readonly channel: string;
  readonly paused: boolean;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

/** Every channel that somebody has paused or resumed. */
export async function channelControls(client: Queryable): Promise<readonly ChannelControl[]> {
  const { rows } = await client.query<ChannelControl>(
    `select channel, paused, changed_by as by, reason, changed_at as at from channel_controls order by channel`,
  );
  return rows;
}
