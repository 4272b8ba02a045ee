import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Kafka, logLevel } from "kafkajs";
import { startKafka } from "../../local/kafka-server.ts";
import { isRunning } from "../../local/process-file.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { serverFolder } from "../support/server-folder.ts";

test("answers, keeps acknowledged messages over kill -9 on the same port, and leaves no process", async (t) => {
  const dataDir = await serverFolder("kafka");
  t.after(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });
  const server = await startKafka({ dataDir });
  t.after(() => server.kill9());
  const admin = new Kafka({ brokers: [server.bootstrap], logLevel: logLevel.NOTHING }).admin();
  const producer = new Kafka({ brokers: [server.bootstrap], logLevel: logLevel.NOTHING }).producer();

  await admin.connect();
  await admin.createTopics({ topics: [{ topic: "kept", numPartitions: 2 }] });
  await producer.connect();
  await producer.send({ topic: "kept", acks: -1, messages: [{ partition: 1, value: "one" }] });
  await producer.disconnect();
  await admin.disconnect();

  const firstPid = server.pid();
  await server.kill9();
  assert.equal(isRunning(firstPid), false);
  await server.restart();
  assert.notEqual(server.pid(), firstPid);

  await admin.connect();
  const offsets = await admin.fetchTopicOffsets("kept");
  assert.deepEqual(offsets.map(({ partition, high }) => [partition, high]).sort(), [
    [0, "0"],
    [1, "1"],
  ]);
  await admin.disconnect();

  await server.stop();
  assert.equal(isRunning(server.pid()), false);
});

test("what a killed broker had unpacked lies in its own folder, and the next start clears it", async (t) => {
  const dataDir = await serverFolder("kafka");
  t.after(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });
  const server = await startKafka({ dataDir });
  t.after(() => server.kill9());
  const { bootstrap } = server;
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: "packed", numPartitions: 1 }] });
  await admin.disconnect();
  const onFatal = (error: Error): void => {
    throw error;
  };
  // It compresses by LZ4, for which the broker unpacks a native library.
  const producer = await createKafkaProducer({ bootstrap, clientId: "tests", onFatal });
  await producer.produceAll(
    Array.from({ length: 100 }, (_, at) => ({ topic: "packed", key: String(at), value: "x".repeat(200) })),
  );
  await producer.close();

  const unpacked = (): string[] =>
    readdirSync(join(dataDir, "temporary")).filter((name) => name.endsWith(".so"));
  await server.kill9();
  const [left = ""] = unpacked();
  assert.match(left, /lz4/);
  await server.restart();
  assert.ok(!unpacked().includes(left));
});

test("says why Kafka does not start", async (t) => {
  const dataDir = await serverFolder("kafka");
  t.after(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });
  const first = await startKafka({ dataDir });
  await assert.rejects(startKafka({ dataDir }), /in use/);
  await first.kill9();
});
