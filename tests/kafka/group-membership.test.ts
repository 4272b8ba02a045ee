import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startKafka } from "../../local/kafka-server.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import {
  createKafkaConsumer,
  type KafkaConsumer,
  type ReceivedRecord,
} from "../../platform/kafka-consumer.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { serverFolder } from "../support/server-folder.ts";

// A broker of this file's own: one of the tests stops it.
const dataDir = await serverFolder("kafka");
const kafka = await startKafka({ dataDir });
after(async () => {
  await kafka.kill9();
  rmSync(dataDir, { recursive: true, force: true });
});

/** How many partitions each member has, by topic and name. */
const assignments = new Map<string, number>();

function assignedTo(topic: string, instanceId: string): boolean {
  return (assignments.get(`${topic}/${instanceId}`) ?? 0) > 0;
}

const untilTimeoutMs = 60_000;
/** Longer than the session, so that the broker's return finds a member whose session has run out. */
const awayMs = 12_000;

async function createTopic(topic: string): Promise<void> {
  const admin = await createKafkaAdmin(kafka.bootstrap, "tests");
  await admin.createTopics([{ topic, partitions: 2, replicas: 1 }]);
  await admin.close();
}

async function send(topic: string, messages: number): Promise<void> {
  const producer = await createKafkaProducer({
    bootstrap: kafka.bootstrap,
    clientId: "tests",
    onFatal: (error) => {
      throw error;
    },
  });
  const keys = Array.from({ length: messages }, (_, at) => String(at));
  await producer.produceAll(keys.map((key) => ({ topic, key, value: key })));
  await producer.close();
}

/** A consumer that is polled in the background, as the pipeline does: errors are waited out. */
interface Reader {
  readonly received: () => number;
  readonly rejoins: readonly Error[];
  readonly fatal: readonly Error[];
}

async function read(t: TestContext, topic: string, commitAgain: boolean): Promise<Reader> {
  const rejoins: Error[] = [];
  const fatal: Error[] = [];
  const consumer = await join(topic, rejoins, fatal);
  let received = 0;
  let last: readonly ReceivedRecord[] = [];
  const stopping = new AbortController();
  const polling = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const records = await consumer.poll(100);
        received += records.length;
        if (records.length > 0) last = records;
        if (commitAgain || records.length > 0) consumer.commit(last);
      } catch {
        await sleep(100);
      }
    }
  })();
  t.after(async () => {
    stopping.abort();
    await polling;
    await consumer.close();
  });
  return { received: () => received, rejoins, fatal };
}

function join(topic: string, rejoins: Error[], fatal: Error[], instanceId = "one"): Promise<KafkaConsumer> {
  return createKafkaConsumer({
    ...{ bootstrap: kafka.bootstrap, clientId: "tests", group: `${topic}-group`, topic, instanceId },
    onFatal: (error) => fatal.push(error),
    onRejoin: (cause) => rejoins.push(cause),
    onRebalance: (partitions) => assignments.set(`${topic}/${instanceId}`, partitions),
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + untilTimeoutMs;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `waited for ${what}`);
    await sleep(50);
  }
}

void test("a static member fenced by a twin joins again and goes on reading", async (t) => {
  const topic = "fenced";
  await createTopic(topic);
  const reader = await read(t, topic, true);
  await send(topic, 100);
  await until("the first hundred", () => reader.received() >= 100);
  const twin = await join(topic, [], []);
  await until("the member to notice and to join again", () => reader.rejoins.length > 0);
  await twin.close();
  const before = reader.received();
  await send(topic, 100);
  await until("another hundred", () => reader.received() >= before + 100);
  assert.deepEqual(reader.fatal, []);
});

void test("commits on their way while the broker is away longer than the session do not silence a member", async (t) => {
  const topic = "late-commits";
  await createTopic(topic);
  const reader = await read(t, topic, true);
  await send(topic, 100);
  await until("the first hundred", () => reader.received() >= 100);
  await kafka.kill9();
  await sleep(awayMs);
  await kafka.restart();
  const before = reader.received();
  await send(topic, 100);
  await until("another hundred", () => reader.received() >= before + 100);
  assert.deepEqual(reader.fatal, []);
});

void test("a partition that was paused, went to another member and came back is read again", async (t) => {
  const topic = "paused-and-lost";
  await createTopic(topic);
  const member = await join(topic, [], []);
  const received = new Map<number, number>();
  const visitors: KafkaConsumer[] = [];
  const poll = async (): Promise<void> => {
    for (const { partition } of await member.poll(100)) {
      received.set(partition, (received.get(partition) ?? 0) + 1);
    }
    for (const visitor of visitors) await visitor.poll(100);
  };
  t.after(() => member.close());
  await send(topic, 100);
  await polledUntil(poll, "both partitions", () => received.size === 2);
  member.pause();
  const visitor = await join(topic, [], [], "two");
  visitors.push(visitor);
  await polledUntil(poll, "the visitor's partition", () => assignedTo(topic, "two"));
  member.resume();
  await poll();
  visitors.pop();
  await visitor.close(); // static: the broker waits for its session to run out
  received.clear();
  await send(topic, 100);
  await polledUntil(poll, "both partitions again", () => received.size === 2);
});

void test("an older commit that arrives behind a newer one is made up for, though nothing more comes", async (t) => {
  const topic = "late-commit";
  await createTopic(topic);
  const member = await join(topic, [], []);
  const admin = await createKafkaAdmin(kafka.bootstrap, "tests");
  t.after(() => Promise.all([member.close(), admin.close()]));
  const lag = (): Promise<number> => admin.groupLag(`${topic}-group`, topic);
  await send(topic, 100);
  const received: ReceivedRecord[] = [];
  const poll = async (): Promise<void> => {
    received.push(...(await member.poll(100)));
  };
  await polledUntil(poll, "all hundred", () => received.length === 100);
  member.commit(received);
  await polledUntil(poll, "no lag", async () => (await lag()) === 0);
  // As the client does after a connection was lost: what it had asked for before is asked for last.
  member.commit(received.filter(({ offset }) => offset < 10));
  await polledUntil(poll, "the older commit", async () => (await lag()) > 0);
  await polledUntil(poll, "no lag again", async () => (await lag()) === 0);
  assert.equal(received.length, 100, "nothing was read again");
});

/** Polls until it holds, as the pipeline does all the time. */
async function polledUntil(
  poll: () => Promise<void>,
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + untilTimeoutMs;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `waited for ${what}`);
    await poll();
  }
}
