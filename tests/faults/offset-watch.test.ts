import assert from "node:assert/strict";
import { test } from "node:test";
import { Kafka, logLevel } from "kafkajs";
import { encodeClaimCheck } from "../../events/claim-check.ts";
import { groupOfChannel } from "../../events/consumer-groups.ts";
import { TOPICS } from "../../events/topics.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { createTopics } from "../delivery/world.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { openOffsetWatch } from "./offset-watch.ts";

const address = { period: "2026-10", generation: 1 };

async function produce(bootstrap: string, seq: number): Promise<void> {
  const onFatal = (error: Error): never => {
    throw error;
  };
  const producer = await createKafkaProducer({ bootstrap, clientId: "tests", onFatal });
  const checks = [1, 2, 3].map((number) => ({ ...address, billId: billIdOf("2026-10", number), seq }));
  await producer.produceAll(
    checks.map((check) => ({
      topic: TOPICS.email,
      key: "same",
      value: encodeClaimCheck({ ...check, channel: "email" }),
    })),
  );
  await producer.close();
}

/** As a consumer would commit that has taken so many messages of each partition. */
async function commit(bootstrap: string, taken: number): Promise<void> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(TOPICS.email);
  const partitions = ends.map(({ partition, high }) => ({
    partition,
    offset: String(Math.min(taken, Number(high))),
  }));
  await admin.setOffsets({ groupId: groupOfChannel("email"), topic: TOPICS.email, partitions });
  await admin.disconnect();
}

test("an offset beyond a claim check whose row is still queued is seen, whatever other copies there are; one that was claimed is none", async (t) => {
  const { connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const client = await connect();
  await createTopics(bootstrap);
  await insertLiveGeneration(client, address, 3);
  const watch = await openOffsetWatch(bootstrap, (work) => work(client));
  t.after(() => watch.close());
  assert.equal(watch.invariant().holds, false, "nothing was looked at");
  await client.query("update notifications set state = 'QUEUED', seq = 2");
  await produce(bootstrap, 1);
  await produce(bootstrap, 2);
  await watch.look();
  await commit(bootstrap, 3); // those of the former seq are stale
  await watch.look();
  assert.deepEqual([watch.invariant().holds, watch.invariant().detail.slice(0, 7)], [true, "2 looks"]);
  await client.query("update notifications set state = 'SENDING' where bill_id = $1", [
    billIdOf("2026-10", 1),
  ]);
  await produce(bootstrap, 2);
  await commit(bootstrap, 5);
  await watch.look();
  const { holds, detail } = watch.invariant();
  assert.equal(holds, false);
  assert.match(detail, /1 passed by: bill 20261\d+2, seq 2 at email\[\d\] 4 < 5/);
});
