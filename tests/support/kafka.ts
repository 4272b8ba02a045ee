import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Kafka, logLevel } from "kafkajs";
import { type KafkaServer, startKafka } from "../../local/kafka-server.ts";
import { serverFolder } from "./server-folder.ts";

interface SharedBroker {
  readonly server: KafkaServer;
  readonly dataDir: string;
}

let shared: Promise<SharedBroker> | undefined;

after(async () => {
  if (shared === undefined) return;
  const { server, dataDir } = await shared;
  await server.kill9(); // nothing on it is needed any more
  rmSync(dataDir, { recursive: true, force: true });
});

async function startShared(): Promise<SharedBroker> {
  const dataDir = await serverFolder("kafka");
  return { server: await startKafka({ dataDir }), dataDir };
}

/** One broker per test process. */
export interface TestKafka {
  readonly bootstrap: string;
  /** A name that no other test has: for topics, groups and clients. */
  readonly uniqueName: (prefix: string) => string;
  /** Creates a topic of a unique name that starts with `prefix`, and returns the name. */
  readonly createTopic: (prefix: string, partitions?: number) => Promise<string>;
}

const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString("hex")}`;

/** The broker of this test process, started at the first call. */
export async function testKafka(): Promise<TestKafka> {
  shared ??= startShared();
  const { bootstrap } = (await shared).server;
  return {
    bootstrap,
    uniqueName,
    createTopic: async (prefix, partitions = 1) => {
      const topic = uniqueName(prefix);
      const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR }).admin();
      await admin.connect();
      // kafkajs's own waiting fails when the broker has not heard of the topic yet, which happens on a busy machine.
      await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false });
      while (!(await admin.listTopics()).includes(topic)) await sleep(20);
      await admin.disconnect();
      return topic;
    },
  };
}
