import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeClaimCheck } from "../../events/claim-check.ts";
import { decodeDeadLetter } from "../../events/dead-letter.ts";
import { TOPICS } from "../../events/topics.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import { createKafkaConsumer } from "../../platform/kafka-consumer.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { billIdOf, insertLiveGeneration, testKeys } from "../support/bills.ts";
import { untilLagIsZero } from "./lag.ts";
import { noonWorld } from "./noon-world.ts";
import { setBillingClock, type World } from "./world.ts";

function fail(error: Error): void {
  throw error;
}

async function produce(bootstrap: string, topic: string, values: readonly string[]): Promise<void> {
  const producer = await createKafkaProducer({ bootstrap, clientId: "tests", onFatal: fail });
  await producer.produceAll(values.map((value, index) => ({ topic, key: String(index), value })));
  await producer.close();
}

void test("every bill is sent once, by two dispatchers, however often and in whatever order its claim check comes", async (t) => {
  const world = await noonWorld(t);
  const address = { period: "2026-10", generation: 1 };
  await insertLiveGeneration(world.database, address, 500);
  world.start("dispatcher", { DISPATCH_BATCH: "70" });
  world.start("dispatcher", { DISPATCH_BATCH: "50" });
  await world.untilStates({ QUEUED: 500 });

  const checks = Array.from({ length: 500 }, (_, index) =>
    encodeClaimCheck({ ...address, billId: billIdOf("2026-10", index + 1), seq: 1, channel: "email" }),
  );
  await produce(world.bootstrap, TOPICS.email, checks.toReversed());
  world.start("email");
  world.start("email");
  await produce(world.bootstrap, TOPICS.email, checks);
  await world.untilStates({ SENT: 500 });
  await untilLagIsZero(world);

  const accepts = world.providerLog();
  assert.equal(accepts.length, 500, "one request reached the provider for each bill");
  assert.equal(new Set(accepts.map(({ key }) => key)).size, 500);
  const { rows } = await world.database.query(
    `select (select count(*) from notification_attempts where outcome = 'accepted') as attempts,
            (select count(*) from outbox_batches) as batches,
            (select count(*) from notifications where attempt <> 1 or provider_message_id is null) as odd`,
  );
  assert.deepEqual(rows, [{ attempts: 500, batches: 0, odd: 0 }]);
});

void test("what e-mail refuses goes to SMS; what nobody can take is dead, kept sealed and announced", async (t) => {
  const world = await noonWorld(t);
  const special = [
    { email: "bounce+1@example.com" },
    { email: "down+2@example.com" },
    { email: null, channelPlan: "email,sms" },
    { email: "bounce+4@example.com", phone: "01099990004" },
    { email: "down+5@example.com", channelPlan: "email" },
    { email: null, phone: null },
    { email: "cut+7@example.com" },
    {},
  ];
  await insertLiveGeneration(
    world.database,
    { period: "2026-09", generation: 1 },
    8,
    (n) => special[n - 1] ?? {},
  );
  for (const name of ["dispatcher", "email", "sms"]) world.start(name);
  await world.untilStates({ SENT: 5, DEAD: 3 });

  const { rows } = await world.database.query(
    `select member_id as member, state, channel, reason, unknown_outcomes as unknown from notifications order by 1`,
  );
  const expected = [
    ["SENT", "sms", "sent", 0],
    ["SENT", "sms", "sent", 0],
    ["SENT", "sms", "sent", 0],
    ["DEAD", "sms", "permanent", 0],
    ["DEAD", "email", "exhausted", 0],
    ["DEAD", "sms", "no-contact", 0],
    ["SENT", "email", "sent", 1],
    ["SENT", "email", "sent", 0],
  ];
  assert.deepEqual(
    rows.map((row: Record<string, unknown>) => [row["state"], row["channel"], row["reason"], row["unknown"]]),
    expected,
  );
  const log = world.providerLog();
  assert.equal(log.filter(({ kind }) => kind === "accept").length, 5);
  assert.deepEqual(
    log.filter(({ kind }) => kind === "replay").map(({ key }) => key),
    [`${billIdOf("2026-09", 7)}.g1:email:m1`],
    "the cut-off one came again under its key",
  );
  await assertDeadLetters(world);
});

async function assertDeadLetters(world: World): Promise<void> {
  const { rows } = await world.database.query<{
    bill_id: number;
    cause: string;
    payload_encrypted: Buffer | null;
  }>("select bill_id, cause, payload_encrypted from dead_letters order by bill_id");
  assert.deepEqual(
    rows.map(({ cause }) => cause),
    ["permanent", "exhausted", "no-contact"],
  );
  const [first] = rows;
  assert.ok(first?.payload_encrypted);
  const cipher = createColumnCipher(testKeys.ENCRYPTION_KEYS, testKeys.BLIND_INDEX_KEY);
  const address = { table: "dead_letters", column: "payload", row: first.bill_id };
  assert.match(cipher.decrypt(first.payload_encrypted, address), /01099990004/);

  const consumer = await createKafkaConsumer({
    bootstrap: world.bootstrap,
    clientId: "tests",
    group: "tests-dead-letters",
    topic: TOPICS.deadLetter,
    instanceId: "",
    onFatal: fail,
    onRejoin: () => undefined,
    onRebalance: () => undefined,
  });
  const causes: string[] = [];
  await world.until("three dead letters", async () => {
    for (const { value } of await consumer.poll(10))
      causes.push(decodeDeadLetter(value)?.cause ?? "unreadable");
    return { done: causes.length >= 3, seen: causes.join() };
  });
  await consumer.close();
  assert.deepEqual(causes.toSorted(), ["exhausted", "no-contact", "permanent"]);
}

void test("quiet hours hold messages back, and let them go by themselves when they end", async (t) => {
  const world = await noonWorld(t);
  await setBillingClock(world.database, "2026-11-02T21:59:00+09:00");
  await insertLiveGeneration(world.database, { period: "2026-07", generation: 1 }, 40, (n) =>
    n <= 20 ? {} : { quiet: [20 * 60, 9 * 60] },
  );
  for (const name of ["dispatcher", "email"]) world.start(name);
  await world.untilStates({ SENT: 20, SCHEDULED: 20 });
  const held = await world.database.query(
    "select distinct reason, due_at = '2026-11-03 09:00+09' as at_nine, attempt from notifications where state = 'SCHEDULED'",
  );
  assert.deepEqual(held.rows, [{ reason: "quiet-hours", at_nine: true, attempt: 0 }]);

  await setBillingClock(world.database, "2026-11-03T08:59:57+09:00");
  await world.untilStates({ SENT: 40 });
  const early = await world.database.query(
    "select count(*) as sends from notification_attempts where started_at between '2026-11-02 22:00+09' and '2026-11-03 08:59:59.999+09'",
  );
  assert.deepEqual(early.rows, [{ sends: 0 }]);
});

void test("SIGTERM finishes what is in flight: nothing is lost and nothing is asked of the provider twice", async (t) => {
  const world = await noonWorld(t, { simulator: ["--delay-ms", "1500", "--failure-rate", "0"] });
  await insertLiveGeneration(world.database, { period: "2026-12", generation: 1 }, 400);
  const dispatcher = world.start("dispatcher");
  const email = world.start("email");
  await world.until("sends in flight", async () => {
    const { SENDING = 0 } = await world.states();
    return { done: SENDING > 50, seen: String(SENDING) };
  });
  email.child.kill("SIGTERM");
  dispatcher.child.kill("SIGTERM");
  assert.equal(await email.ended, 0);
  assert.equal(await dispatcher.ended, 0);
  const { SENDING = 0, UNKNOWN = 0, SENT = 0 } = await world.states();
  assert.deepEqual({ SENDING, UNKNOWN }, { SENDING: 0, UNKNOWN: 0 });
  assert.ok(SENT > 0 && SENT < 400, `stopped half-way: ${SENT} of 400 were sent`);

  world.start("dispatcher");
  world.start("email");
  await world.untilStates({ SENT: 400 });
  assert.equal(world.providerLog().length, 400);
});
