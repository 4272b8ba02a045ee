import type { GenerationAddress } from "../database/generations/address.ts";
import { queuedByChannel } from "../database/notifications/queued-by-channel.ts";
import type { Channel } from "../notification/channel.ts";
import type { Queryable } from "../platform/postgres.ts";

/** What was counted is believed for this long. */
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
  let queued = new Map<string, number>();
  let countedAtMs = -Infinity;
  return {
    async room(channel, open) {
      if (performance.now() - countedAtMs > believedForMs) {
        queued = new Map(await queuedByChannel(client, open));
        countedAtMs = performance.now();
      }
      return Math.max(0, maxQueued - (queued.get(channel) ?? 0));
    },
    took(channel, rows) {
      queued.set(channel, (queued.get(channel) ?? 0) + rows);
    },
  };
}
