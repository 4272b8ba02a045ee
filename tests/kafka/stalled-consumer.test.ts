import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../local/free-port.ts";
import { startKafka } from "../../local/kafka-server.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import { createKafkaConsumer } from "../../platform/kafka-consumer.ts";
import { createKafkaProducer } from "../../platform/kafka-producer.ts";
import { serverFolder } from "../support/server-folder.ts";
import { startFetchSilencer } from "./fetch-silencer.ts";

const topic = "stalled";

async function send(bootstrap: string, messages: number): Promise<void> {
  const onFatal = (error: Error): never => {
    throw error;
  };
  const producer = await createKafkaProducer({ bootstrap, clientId: "tests", onFatal });
  const keys = Array.from({ length: messages }, (_, at) => String(at));
  await producer.produceAll(keys.map((key) => ({ topic, key, value: key })));
  await producer.close();
}

test("a client that is told of nothing any more is replaced while messages wait, and left alone while none do", async (t) => {
  const dataDir = await serverFolder("kafka");
  const port = await freePort();
  const silencer = await startFetchSilencer(port);
  const bootstrap = `127.0.0.1:${silencer.port}`;
  const settings = (): Record<string, string> => ({ "advertised.listeners": `PLAINTEXT://${bootstrap}` });
  const kafka = await startKafka({ dataDir, port, settings });
  let leave = (): Promise<void> => Promise.resolve();
  t.after(async () => {
    await leave(); // while there is a broker: without one the client never says that it has left
    silencer.close();
    await kafka.kill9();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const admin = await createKafkaAdmin(bootstrap, "tests");
  await admin.createTopics([{ topic, partitions: 2, replicas: 1 }]);
  await admin.close();

  const rejoins: Error[] = [];
  const fatal: Error[] = [];
  const consumer = await createKafkaConsumer({
    ...{ bootstrap, clientId: "tests", group: "stalled-group", topic, instanceId: "one" },
    onFatal: (error) => fatal.push(error),
    onRejoin: (cause) => rejoins.push(cause),
    onRebalance: () => undefined,
  });
  leave = () => consumer.close();
  let received = 0;
  const pollUntil = async (holds: () => boolean, withinMs: number): Promise<boolean> => {
    const deadlineMs = performance.now() + withinMs;
    while (!holds() && performance.now() < deadlineMs) {
      const records = await consumer.poll(100).catch(() => []);
      received += records.length;
      if (records.length > 0) consumer.commit(records);
    }
    return holds();
  };
  await send(bootstrap, 100);
  assert.ok(await pollUntil(() => received === 100, 30_000), `${received} received`);

  // Quiet for longer than the watchdog waits: nobody is taken for stalled.
  assert.equal(await pollUntil(() => rejoins.length > 0, 42_000), false, "nothing waits");
  silencer.silence();
  await sleep(1_000); // what had been answered before is with the client by now
  await send(bootstrap, 100);
  assert.ok(await pollUntil(() => rejoins.length > 0, 50_000), "the stall is seen");
  assert.match(
    rejoins[0]?.message ?? "",
    /\d+ messages wait in stalled\[\d\] and none was received for 30 s/,
  );
  assert.ok(await pollUntil(() => received === 200, 30_000), `${received} received`);
  assert.deepEqual(fatal, []);
});
