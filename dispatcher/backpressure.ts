import { countQueued } from "../database/notifications/count-queued.ts";
import type { GenerationAddress } from "../database/generations/address.ts";
import type { Channel } from "../notification/channel.ts";
import type { Queryable } from "../platform/postgres.ts";

/** Counting 20,000 queued rows takes milliseconds, so a count is believed for this long. */
const believedForMs = 500;

/** How many more rows may be queued, by channel. */
export interface Backpressure {
  room(channel: Channel, open: readonly GenerationAddress[]): Promise<number>;
  /** So many were queued since the last count. */
  took(channel: Channel, rows: number): void;
}

/**
 * Bounds the rows of a channel that are QUEUED and unclaimed, over all generations, to `maxQueued`. With more than one
 * dispatcher the bound may be exceeded by what each of them queues within half a second; it is there to keep Kafka's
 * backlog small, not to be exact.
 */
export function createBackpressure(client: Queryable, maxQueued: number): Backpressure {
  const counts = new Map<Channel, { queued: number; atMs: number }>();
  return {
    async room(channel, open) {
      let count = counts.get(channel);
      if (count === undefined || performance.now() - count.atMs > believedForMs) {
        let queued = 0;
        for (const address of open) queued += await countQueued(client, address, channel, maxQueued);
        count = { queued, atMs: performance.now() };
        counts.set(channel, count);
      }
      return Math.max(0, maxQueued - count.queued);
    },
    took(channel, rows) {
      const count = counts.get(channel);
      if (count !== undefined) count.queued += rows;
    },
  };
}
