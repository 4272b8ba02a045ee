import assert from "node:assert/strict";
import { test } from "node:test";
import { Kafka, logLevel } from "kafkajs";
import { testKafka } from "./kafka.ts";

test("two topics of one prefix are two topics, with the partitions asked for", async () => {
  const kafka = await testKafka();
  const one = await kafka.createTopic("email", 3);
  const other = await kafka.createTopic("email");
  const admin = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.ERROR }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [one, other] });
  await admin.disconnect();
  const partitions = new Map(topics.map((topic) => [topic.name, topic.partitions.length]));
  assert.equal(partitions.get(one), 3);
  assert.equal(partitions.get(other), 1);
});
