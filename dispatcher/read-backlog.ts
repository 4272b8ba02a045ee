import { oldestBatchSeconds } from "../database/notifications/oldest-batch.ts";
import { openGenerations } from "../database/notifications/open-generations.ts";
import { messageCounts, type MessageCount } from "../database/statistics/message-counts.ts";
import { oldestMessages } from "../database/statistics/oldest-messages.ts";
import type { Pool } from "../platform/postgres.ts";

/** How the outbox stands in the database. */
export interface Backlog {
  /** All months and generations. */
  readonly counts: readonly MessageCount[];
  /** By channel, for how long the oldest message of a released generation has been due; 0 = none is. Billing clock. */
  readonly oldestDueSeconds: ReadonlyMap<string, number>;
  readonly oldestBatchSeconds: number;
}

/** Reads the backlog from the sums that every move keeps, and by a probe of an index for each channel that has something waiting. */
export async function readBacklog(pool: Pool): Promise<Backlog> {
  const counts = await messageCounts(pool, {});
  return {
    counts,
    oldestDueSeconds: await oldestDue(pool, counts),
    oldestBatchSeconds: await oldestBatchSeconds(pool),
  };
}

async function oldestDue(pool: Pool, counts: readonly MessageCount[]): Promise<Map<string, number>> {
  const oldest = new Map<string, number>();
  for (const { period, generation } of await openGenerations(pool)) {
    const waiting = counts.filter(
      ({ state, ...of }) => isWaiting(state) && of.period === period && of.generation === generation,
    );
    const places = new Map(waiting.map(({ state, channel }) => [`${state}/${channel}`, { state, channel }]));
    const found = await oldestMessages(pool, { period, generation }, [...places.values()] as WaitingPlace[]);
    for (const { channel, ageMs } of found) {
      oldest.set(channel, Math.max(oldest.get(channel) ?? 0, ageMs / 1_000));
    }
  }
  return oldest;
}

interface WaitingPlace {
  readonly state: "SCHEDULED" | "UNKNOWN";
  readonly channel: string;
}

function isWaiting(state: string): boolean {
  return state === "SCHEDULED" || state === "UNKNOWN";
}
