import { SUBSCRIPTIONS } from "../events/consumer-groups.ts";
import { createKafkaAdmin, type KafkaAdmin } from "../platform/kafka-admin.ts";
import type { KafkaSecurity } from "../platform/kafka-security.ts";
import type { MetricSet } from "../platform/metrics/metric-set.ts";
import type { Refreshed } from "../platform/metrics/refreshed.ts";

/** What the group of a topic has still to read of one partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly lag: number;
}

/** Asks Kafka for the lag of every topic of delivery; topics that do not exist are left out. */
export interface LagReader {
  read(): Promise<readonly PartitionLag[]>;
  close(): Promise<void>;
}

/** Connects when it is asked for the first time, and anew after an error: a broker that is away is nothing to wait for here. */
export function createLagReader(bootstrap: string, clientId: string, security: KafkaSecurity): LagReader {
  let admin: KafkaAdmin | null = null;
  const leave = async (): Promise<void> => {
    const left = admin;
    admin = null;
    await left?.close().catch(() => undefined);
  };
  return {
    async read() {
      try {
        admin ??= await createKafkaAdmin(bootstrap, clientId, security);
        return await readLags(admin);
      } catch (error) {
        await leave();
        throw error;
      }
    },
    close: leave,
  };
}

async function readLags(admin: KafkaAdmin): Promise<PartitionLag[]> {
  const existing = await admin.partitionCounts(SUBSCRIPTIONS.map(({ topic }) => topic));
  const lags: PartitionLag[] = [];
  for (const { topic, group } of SUBSCRIPTIONS) {
    if (!existing.has(topic)) continue;
    for (const { partition, lag } of await admin.partitionLags(group, topic))
      lags.push({ topic, partition, lag });
  }
  return lags;
}

/** Tells of the lag by topic and partition; absent while Kafka does not answer. */
export function addLagMetric(metrics: MetricSet, lags: Refreshed<readonly PartitionLag[]>): void {
  metrics.readGauge(
    "kafka_lag",
    "Messages of the topic that its consumer group has not committed",
    ["topic", "partition"],
    async (gauge) => {
      for (const { topic, partition, lag } of (await lags.latest()) ?? []) {
        gauge.set({ topic, partition: String(partition) }, lag);
      }
    },
  );
}
