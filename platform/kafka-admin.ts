import { setTimeout as sleep } from "node:timers/promises";
import { kafkajsSecurity, openKafka, type KafkaSecurity } from "./kafka-security.ts";
import { kafkajsSocket } from "./kafkajs-socket.ts";
import { Kafka, logLevel, type Admin, type KafkaConfig } from "kafkajs";

const knownAgainMs = 50;
const knownWithinMs = 30_000;

/** A topic that should exist. */
export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
}

/** How far a group has come in one partition. */
export interface PartitionLag {
  readonly partition: number;
  /** Offset of the next message. */
  readonly end: number;
  /** Offset that the group goes on from; null = it has committed nothing. */
  readonly committed: number | null;
  /** Messages in between; without a commit, all that are still kept. */
  readonly lag: number;
}

/** The administrative side of Kafka, in pure JavaScript: images without native code use it too. */
export interface KafkaAdmin {
  /** Creates the topics that are missing; existing ones are left as they are. */
  createTopics(plans: readonly TopicPlan[]): Promise<void>;
  /** How many partitions each topic has; a topic that does not exist is absent. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Adds partitions until the topic has so many. */
  growTopic(topic: string, partitions: number): Promise<void>;
  /** Messages of the topic that the group has not committed yet, over all partitions. */
  groupLag(group: string, topic: string): Promise<number>;
  /** The same by partition. */
  partitionLags(group: string, topic: string): Promise<readonly PartitionLag[]>;
  close(): Promise<void>;
}

/**
 * A connected admin client; rejects when no broker answers. With `answerWithinMs` each step gives up about then, for a person
 * waits for it [the client's patience of half a minute and more].
 */
export async function createKafkaAdmin(
  bootstrap: string,
  clientId: string,
  security: KafkaSecurity = openKafka,
  answerWithinMs?: number,
): Promise<KafkaAdmin> {
  const common = {
    ...{ brokers: bootstrap.split(","), clientId, logLevel: logLevel.NOTHING },
    socketFactory: kafkajsSocket,
  };
  const client = new Kafka({ ...common, ...kafkajsSecurity(security), ...impatience(answerWithinMs) });
  const admin = client.admin();
  await admin.connect();
  return {
    async createTopics(plans) {
      const existing = new Set(await admin.listTopics());
      const missing = plans.filter(({ topic }) => !existing.has(topic));
      if (missing.length === 0) return;
      const created = admin.createTopics({
        // The client's own wait fails where a broker has not heard of a topic yet, as on a busy machine.
        waitForLeaders: false,
        topics: missing.map(({ topic, partitions, replicas }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: replicas,
          // A write is acknowledged when it would survive the loss of a broker; the cluster's own default may be less, or
          // more than there are replicas.
          configEntries: [{ name: "min.insync.replicas", value: String(Math.max(1, replicas - 1)) }],
        })),
      });
      await created.catch((error: unknown) => {
        throw plainError(error);
      });
      await untilKnown(
        admin,
        missing.map(({ topic }) => topic),
      );
    },
    partitionCounts: (topics) => partitionCounts(admin, topics),
    async growTopic(topic, partitions) {
      await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
      // The broker that answers next may not have heard of it.
      while ((await partitionCounts(admin, [topic])).get(topic) !== partitions) await sleep(knownAgainMs);
    },
    groupLag: (group, topic) => groupLag(admin, group, topic),
    partitionLags: (group, topic) => partitionLags(admin, group, topic),
    close: () => admin.disconnect(),
  };
}

/** Resolves when the brokers know these topics; rejects with the last cause when that takes half a minute. */
async function untilKnown(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + knownWithinMs;
  for (;;) {
    const counts = await partitionCounts(admin, topics).catch((error: unknown) => error);
    if (counts instanceof Map && counts.size === topics.length) return;
    if (performance.now() > deadlineMs) {
      throw new Error(`created, but still not known to every broker: ${topics.join(", ")}`, {
        cause: counts,
      });
    }
    await sleep(knownAgainMs);
  }
}

function impatience(answerWithinMs: number | undefined): Partial<KafkaConfig> {
  if (answerWithinMs === undefined) return {};
  const retry = { retries: 1, initialRetryTime: 100, maxRetryTime: 300 };
  return { connectionTimeout: answerWithinMs, requestTimeout: answerWithinMs, retry };
}

/** The client's error about several topics says nothing of any; theirs do. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error && "errors" in error && Array.isArray(error.errors))) return error;
  const causes = error.errors as readonly (Error & { readonly topic?: string })[];
  const text = causes.map(({ topic, message }) => `${topic ?? "topic"}: ${message}`).join("; ");
  return new Error(text, { cause: error });
}

async function partitionCounts(admin: Admin, topics: readonly string[]): Promise<Map<string, number>> {
  const existing = new Set(await admin.listTopics());
  const known = topics.filter((topic) => existing.has(topic));
  if (known.length === 0) return new Map(); // an empty list would mean all of them
  const metadata = await admin.fetchTopicMetadata({ topics: known });
  return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
}

async function partitionLags(admin: Admin, group: string, topic: string): Promise<readonly PartitionLag[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const committedAt = new Map(
    committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
  );
  return ends
    .map(({ partition, high, low }) => {
      // -1 = nothing was committed: everything that is still kept is to be read.
      const at = committedAt.get(partition) ?? -1;
      const lag = Math.max(0, Number(high) - Math.max(at, Number(low)));
      return { partition, end: Number(high), committed: at < 0 ? null : at, lag };
    })
    .sort((one, other) => one.partition - other.partition);
}

async function groupLag(admin: Admin, group: string, topic: string): Promise<number> {
  const lags = await partitionLags(admin, group, topic);
  return lags.reduce((sum, { lag }) => sum + lag, 0);
}
