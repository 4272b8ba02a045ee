import assert from "node:assert/strict";
import { test } from "node:test";
import { Kafka, logLevel } from "kafkajs";
import { createLagReader } from "../../admin/lag.ts";
import { DEAD_LETTER_GROUP, groupOfChannel } from "../../events/consumer-groups.ts";
import { TOPICS } from "../../events/topics.ts";
import { openKafka } from "../../platform/kafka-security.ts";
import { createTopics } from "../delivery/world.ts";
import { testKafka } from "../support/kafka.ts";
import { startAdmin } from "./admin.ts";

void test("lag by topic and partition is what was produced and not committed", async (t) => {
  const kafka = await testKafka();
  await createTopics(kafka.bootstrap);
  const client = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
  // A busy broker answers late, and what is sent again must not be counted twice.
  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
  const admin = client.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  t.after(() => Promise.all([producer.disconnect(), admin.disconnect()]));
  const messages = (count: number, partition: number) =>
    Array.from({ length: count }, () => ({ partition, value: "<script>alert(1)</script>" }));
  await producer.send({ topic: TOPICS.email, messages: [...messages(5, 0), ...messages(2, 1)] });
  await producer.send({ topic: TOPICS.deadLetter, messages: messages(1, 0) });
  await admin.setOffsets({
    groupId: groupOfChannel("email"),
    topic: TOPICS.email,
    partitions: [{ partition: 0, offset: "3" }],
  });

  const lag = createLagReader({ bootstrap: kafka.bootstrap, security: openKafka });
  t.after(() => lag.close());
  const server = await startAdmin(t, (parts) => ({ ...parts, context: { ...parts.context, lag } }));
  const viewer = await server.as("viewer");
  const { status, body, text } = await viewer.get("/api/v1/lag");
  assert.equal(status, 200, text);
  const email = body.topics.find(({ topic }: { topic: string }) => topic === TOPICS.email);
  assert.deepEqual(email, {
    ...{ topic: TOPICS.email, group: "billing-email", lag: 4 },
    partitions: [
      { partition: 0, end: 5, committed: 3, lag: 2 },
      { partition: 1, end: 2, committed: null, lag: 2 },
    ],
  });
  const dead = body.topics.find(({ topic }: { topic: string }) => topic === TOPICS.deadLetter);
  assert.deepEqual([dead.group, dead.lag], [DEAD_LETTER_GROUP, 1]);
  assert.doesNotMatch(text, /script/);

  // Asked again at once, the same answer: however many look, Kafka is asked every two seconds.
  assert.equal((await viewer.get("/api/v1/lag")).body.asOf, body.asOf);
});

void test("brokers that do not answer are a 503 problem within seconds", async (t) => {
  const lag = createLagReader({ bootstrap: "127.0.0.1:1", security: openKafka });
  t.after(() => lag.close());
  const server = await startAdmin(t, (parts) => ({ ...parts, context: { ...parts.context, lag } }));
  const viewer = await server.as("viewer");
  const startedMs = performance.now();
  const { status, body, headers } = await viewer.get("/api/v1/lag");
  assert.deepEqual([status, body.code], [503, "kafka-away"]);
  assert.equal(headers.get("retry-after"), "5");
  assert.ok(performance.now() - startedMs < 8_000);
  assert.equal((await viewer.get("/api/v1/statistics/messages")).status, 200, "the rest goes on");
});
