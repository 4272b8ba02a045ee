import { readControls } from "../../database/live/controls.ts";
import { readNewestSend } from "../../database/live/newest-send.ts";
import { readOpenBreakers } from "../../database/live/open-breakers.ts";
import { readQueueSums } from "../../database/live/queue-sums.ts";
import { readStanding } from "../../database/live/standing.ts";
import type { Pool } from "../../platform/postgres.ts";

/** What one topic says now: a small value of JSON, read in a few milliseconds whatever the size of the month. */
export type ReadTopic = (pool: Pool) => Promise<unknown>;

/** Everything that can be listened to. A value tells that something changed; the API tells the rest. */
export const topics = {
  /** Generations with their state and how many partitions are done. */
  runs: readStanding,
  /** Messages by state and channel. */
  queue: readQueueSums,
  /** Changes with every batch of sends that ended. */
  sends: readNewestSend,
  /** Paused channels, and whether delivery is held. */
  controls: readControls,
  /** Providers that some consumer suspects. */
  breakers: readOpenBreakers,
} as const satisfies Readonly<Record<string, ReadTopic>>;

/** Name of a topic. */
export type TopicName = keyof typeof topics;

/** Every name, for checks and errors. */
export const topicNames = Object.keys(topics) as readonly TopicName[];
