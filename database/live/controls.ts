import type { Queryable } from "../../platform/postgres.ts";

/** What a person may have stopped. */
export interface Controls {
  readonly paused: readonly string[];
  /** Why nothing is sent at all; null = armed. */
  readonly held: string | null;
}

/** Channels that are paused, and whether delivery is held. */
export async function readControls(client: Queryable): Promise<Controls> {
  const { rows } = await client.query<Controls>(
    `select coalesce((select json_agg(channel order by channel) from channel_controls where paused), '[]') as paused,
            delivery_hold() as held`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a select without from has one row");
  return row;
}
