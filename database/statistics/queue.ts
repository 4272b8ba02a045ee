import type { Queryable } from "../../platform/postgres.ts";
import type { MessageCount } from "./message-counts.ts";
import { oldestMessages, type OldestMessage, type OpenPlace } from "./oldest-messages.ts";

/** Open messages of one state and channel of one generation. */
export interface QueueRow {
  readonly period: string;
  readonly generation: number;
  readonly state: OldestMessage["state"];
  readonly channel: string;
  readonly messages: number;
  readonly oldest: { readonly billId: number; readonly since: Date; readonly ageMs: number } | null;
}

const OPEN: ReadonlySet<string> = new Set(["SCHEDULED", "QUEUED", "SENDING", "UNKNOWN", "DEAD"]);

function isOpen(count: MessageCount): count is MessageCount & OpenPlace {
  return OPEN.has(count.state);
}

/** What is open of these counts, and the oldest of it: one statement a generation. */
export async function queueRows(
  client: Queryable,
  counts: readonly MessageCount[],
): Promise<readonly QueueRow[]> {
  const rows: QueueRow[] = [];
  const open = counts.filter(isOpen);
  const byGeneration = Map.groupBy(open, ({ period, generation }) => `${period}/${generation}`);
  for (const group of byGeneration.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { period, generation } = first;
    const byPlace = [...Map.groupBy(group, ({ state, channel }) => `${state} ${channel}`).values()];
    const places = byPlace.flatMap(([place]) => (place === undefined ? [] : [place]));
    const oldest = await oldestMessages(client, { period, generation }, places);
    for (const { state, channel } of places) {
      const counted = group.filter((place) => place.state === state && place.channel === channel);
      const messages = counted.reduce((sum, place) => sum + place.messages, 0);
      const found = oldest.find((one) => one.state === state && one.channel === channel) ?? null;
      rows.push({ period, generation, state, channel, messages, oldest: found });
    }
  }
  return rows;
}
