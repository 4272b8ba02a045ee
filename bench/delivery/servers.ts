import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createTopics } from "../../local/demo/backing-servers.ts";
import { startKafka, type KafkaServer } from "../../local/kafka-server.ts";
import { startPostgres, type PostgresServer } from "../../local/postgres-server.ts";

/** PostgreSQL and Kafka of the benchmark's own; disposing of it stops them and removes their folder. */
export interface Servers extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly kafka: KafkaServer;
  /** Goes with the servers. */
  readonly folder: string;
}

/** Starts both below `parent`, on the disk of the clone, with durability as by default, and creates the topics. */
export async function startServers(parent: string): Promise<Servers> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(parent, "delivery-"));
  stack.defer(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const postgres = await startPostgres({ dataDir: join(folder, "postgres") });
  stack.defer(() => postgres.stop());
  const kafka = await startKafka({ dataDir: join(folder, "kafka") });
  stack.defer(() => kafka.stop());
  await createTopics(kafka);
  mkdirSync(join(folder, "logs"));
  const running = stack.move();
  return { postgres, kafka, folder, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
