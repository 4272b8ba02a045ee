import { ALL_TOPICS, TOPICS } from "../../events/topics.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import { startKafka, type KafkaServer } from "../kafka-server.ts";
import { startPostgres, type PostgresServer } from "../postgres-server.ts";
import type { ServedFolder } from "./demo-folder.ts";

/** PostgreSQL and Kafka of one demo. */
export interface BackingServers {
  readonly postgres: PostgresServer;
  readonly kafka: KafkaServer;
}

/** Both are started side by side; when one fails the other is stopped. */
export async function startServers(folder: ServedFolder): Promise<BackingServers> {
  const [postgres, kafka] = await Promise.allSettled([
    startPostgres({ dataDir: folder.postgres }),
    startKafka({ dataDir: folder.kafka }),
  ]);
  if (postgres.status === "fulfilled" && kafka.status === "fulfilled") {
    return { postgres: postgres.value, kafka: kafka.value };
  }
  if (postgres.status === "fulfilled") await postgres.value.stop();
  if (kafka.status === "fulfilled") await kafka.value.stop();
  const failed = [postgres, kafka].find((outcome) => outcome.status === "rejected");
  throw failed?.reason as Error;
}

/** Creates the topics of delivery; several e-mail consumers share its partitions. */
export async function createTopics(kafka: KafkaServer): Promise<void> {
  const admin = await createKafkaAdmin(kafka.bootstrap, "demo");
  try {
    await admin.createTopics(
      ALL_TOPICS.map((topic) => ({ topic, partitions: topic === TOPICS.email ? 8 : 4, replicas: 1 })),
    );
  } finally {
    await admin.close();
  }
}
