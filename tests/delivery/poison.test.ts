import assert from "node:assert/strict";
import { test } from "node:test";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { encodeClaimCheck } from "../../events/claim-check.ts";
import { TOPICS } from "../../events/topics.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { untilLagIsZero } from "./lag.ts";
import { createWorld, setBillingClock } from "./world.ts";

void test("what nobody can read, or of bills that nobody knows, is parked and holds nothing up", async (t) => {
  const { url, connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const database = await connect();
  await setBillingClock(database, "2026-11-02T12:00:00+09:00");
  const simulator = ["--delay-ms", "50", "--failure-rate", "0"];
  const world = await createWorld(t, { databaseUrl: url, bootstrap, database }, simulator);
  const address = { period: "2026-08", generation: 1 };
  await insertLiveGeneration(database, address, 20);
  const check = { ...address, billId: billIdOf("2026-08", 1), seq: 1, channel: "email" as const };
  const values = [
    ...["{", '{"v":1,"period":"08/2026"}', '{"v":99}', "", "\u0000", "x".repeat(999_000)],
    // A record without a value, as a compacted topic deletes by, and JSON that says nothing.
    ...[null, "null"],
    encodeClaimCheck({ ...check, billId: billIdOf("2026-08", 21) }),
    encodeClaimCheck({ ...check, period: "2031-01", billId: billIdOf("2031-01", 1) }),
    encodeClaimCheck({ ...check, generation: 7 }),
    encodeClaimCheck({ ...check, channel: "sms" }),
  ];
  // All in one partition, before everything else that this partition will hold.
  await produceWithOneKey(bootstrap, values);
  for (const name of ["dispatcher", "email"]) world.start(name);
  await world.untilStates({ SENT: 20 });
  const parked = [
    ...["bad-field-period", "bad-field-value", "empty-value", "empty-value", "newer-version-v"],
    ...["not-json-value", "not-json-value", "not-json-value"],
    ...["unknown-bill", "unknown-generation", "unknown-generation", "wrong-channel"],
  ];
  await world.until("the parked messages", async () => {
    const { rows } = await database.query<{ cause: string }>("select cause from poison_messages order by 1");
    const seen = rows.map(({ cause }) => cause).join();
    return { done: seen === parked.join(), seen };
  });
  const { rows } = await database.query(
    `select count(*) filter (where length(payload_encrypted) > 1000000) as whole,
            string_agg(cause, ',') filter (where payload_encrypted is null) as without,
            count(distinct kafka_partition) as partitions from poison_messages`,
  );
  assert.deepEqual(rows, [{ whole: 1, without: "empty-value", partitions: 1 }]);
  await untilLagIsZero(world);
});

/** By kafkajs, since the program's own producer writes no record without a value. */
async function produceWithOneKey(bootstrap: string, values: readonly (string | null)[]): Promise<void> {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({
    topic: TOPICS.email,
    acks: -1,
    messages: values.map((value) => ({ key: "1", value })),
  });
  await producer.disconnect();
}
