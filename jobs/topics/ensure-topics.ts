import type { KafkaAdmin, TopicPlan } from "../../platform/kafka-admin.ts";

/**
 * Creates the topics that are missing and adds partitions to those that have too few; a line says what became of each.
 * More partitions are kept: Kafka cannot take any away. Growing sends a member's next messages to another partition,
 * which is harmless, because a message is claimed by its row's sequence number, whatever comes first.
 */
export async function ensureTopics(admin: KafkaAdmin, plans: readonly TopicPlan[]): Promise<string[]> {
  const before = await admin.partitionCounts(plans.map(({ topic }) => topic));
  await admin.createTopics(plans);
  const lines: string[] = [];
  for (const { topic, partitions, replicas } of plans) {
    const had = before.get(topic);
    if (had === undefined) {
      lines.push(`${topic}: created, ${partitions} partitions, ${replicas} replicas`);
    } else if (had < partitions) {
      await admin.growTopic(topic, partitions);
      lines.push(`${topic}: grown from ${had} to ${partitions} partitions`);
    } else if (had > partitions) {
      lines.push(
        `${topic}: kept with ${had} partitions; ${partitions} were asked for, but none can be taken away`,
      );
    } else {
      lines.push(`${topic}: as it was, ${had} partitions`);
    }
  }
  return lines;
}
