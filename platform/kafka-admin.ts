import { setTimeout as sleep } from "node:timers/promises";
import { kafkajsSecurity, openKafka, type KafkaSecurity } from "./kafka-security.ts";
import { Kafka, logLevel, type Admin } from "kafkajs";

const knownAgainMs = 50;

/** A topic that should exist. */
export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
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
  partitionLags(group: string, topic: string): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

/** A connected admin client; rejects when no broker answers. */
export async function createKafkaAdmin(
  bootstrap: string,
  clientId: string,
  security: KafkaSecurity = openKafka,
): Promise<KafkaAdmin> {
  const brokers = bootstrap.split(",");
  const client = new Kafka({ brokers, clientId, logLevel: logLevel.NOTHING, ...kafkajsSecurity(security) });
  const admin = client.admin();
  await admin.connect();
  return {
    async createTopics(plans) {
      const existing = new Set(await admin.listTopics());
      const missing = plans.filter(({ topic }) => !existing.has(topic));
      if (missing.length === 0) return;
      const created = admin.createTopics({
        waitForLeaders: true,
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
    },
    partitionCounts: (topics) => partitionCounts(admin, topics),
    async growTopic(topic, partitions) {
      await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
      // The broker that answers next may not have heard of it.
      while ((await partitionCounts(admin, [topic])).get(topic) !== partitions) await sleep(knownAgainMs);
    },
    groupLag: async (group, topic) =>
      [...(await partitionLags(admin, group, topic)).values()].reduce((sum, lag) => sum + lag, 0),
    partitionLags: (group, topic) => partitionLags(admin, group, topic),
    close: () => admin.disconnect(),
  };
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

async function partitionLags(admin: Admin, group: string, topic: string): Promise<Map<number, number>> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const committedAt = new Map(
    committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
  );
  const lags = new Map<number, number>();
  for (const { partition, high, low } of ends) {
    // -1 = nothing was committed: everything that is still kept is to be read.
    const from = Math.max(committedAt.get(partition) ?? -1, Number(low));
    lags.set(partition, Math.max(0, Number(high) - from));
  }
  return lags;
}
