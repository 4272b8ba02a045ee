import assert from "node:assert/strict";
import { test } from "node:test";
import kafkajs, { Kafka, logLevel } from "kafkajs";
import { TOPICS } from "../../events/topics.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import { insertLiveGeneration, type TestMember } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { noonWorld } from "./noon-world.ts";

/** The broker takes no message of this topic that is longer. */
async function longestLetter(bootstrap: string, bytes: number): Promise<void> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = [{ name: "max.message.bytes", value: String(bytes) }];
  const topic = { type: kafkajs.ConfigResourceTypes.TOPIC, name: TOPICS.deadLetter, configEntries };
  await admin.alterConfigs({ validateOnly: false, resources: [topic] });
  await admin.disconnect();
}

async function announced(bootstrap: string): Promise<number> {
  const admin = await createKafkaAdmin(bootstrap, "tests");
  const lag = await admin.groupLag("nobody", TOPICS.deadLetter);
  await admin.close();
  return lag;
}

/** One in ten is refused by its only channel. */
const memberOf = (number: number): TestMember =>
  number % 10 === 0 ? { email: `bounce+${number}@example.com`, channelPlan: "email" } : {};

test("the dead-letter topic takes nothing: letters stand in their table, everybody else's message goes on", async (t) => {
  const { bootstrap } = await testKafka();
  const world = await noonWorld(t, { bootstrap });
  await longestLetter(bootstrap, 10);
  await insertLiveGeneration(world.database, { period: "2026-10", generation: 1 }, 100, memberOf);
  world.start("dispatcher");
  const consumer = world.start("email");
  await world.untilStates({ SENT: 90, DEAD: 10 });
  await world.until("the refusal in the log", () =>
    Promise.resolve({
      done: consumer.stderr().includes("dead letters not announced"),
      seen: consumer.stderr(),
    }),
  );
  const letters = "select count(*) as letters, count(payload_encrypted) as sealed from dead_letters";
  assert.deepEqual((await world.database.query(letters)).rows, [{ letters: 10, sealed: 10 }]);
  assert.equal(await announced(bootstrap), 0);

  // The same process goes on, and announces again when it can.
  await longestLetter(bootstrap, 1_000_000);
  await insertLiveGeneration(world.database, { period: "2026-11", generation: 2 }, 100, memberOf);
  await world.until("the next month at its end, and announced", async () => {
    const { SENT, DEAD } = await world.states();
    const told = await announced(bootstrap);
    return {
      done: SENT === 180 && DEAD === 20 && told === 10,
      seen: `${SENT} sent, ${DEAD} dead, ${told} told`,
    };
  });
  assert.equal(consumer.child.exitCode, null);
});
