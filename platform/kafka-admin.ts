import { Kafka, logLevel, type Admin } from "kafkajs";

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
  /** Messages of the topic that the group has not committed yet, over all partitions. */
  groupLag(group: string, topic: string): Promise<number>;
  close(): Promise<void>;
}

/** A connected admin client; rejects when no broker answers. */
export async function createKafkaAdmin(bootstrap: string, clientId: string): Promise<KafkaAdmin> {
  const admin = new Kafka({ brokers: bootstrap.split(","), clientId, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return {
    async createTopics(plans) {
      const existing = new Set(await admin.listTopics());
      const missing = plans.filter(({ topic }) => !existing.has(topic));
      if (missing.length === 0) return;
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ topic, partitions, replicas }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: replicas,
        })),
      });
    },
    groupLag: (group, topic) => groupLag(admin, group, topic),
    close: () => admin.disconnect(),
  };
}

async function groupLag(admin: Admin, group: string, topic: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const committedAt = new Map(
    committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
  );
  let lag = 0;
  for (const { partition, high, low } of ends) {
    // -1 = nothing was committed: everything that is still kept is to be read.
    const from = Math.max(committedAt.get(partition) ?? -1, Number(low));
    lag += Math.max(0, Number(high) - from);
  }
  return lag;
}
