import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { TOPICS } from "../../events/topics.ts";
import { freePort } from "../../local/free-port.ts";
import { startKafka } from "../../local/kafka-server.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import { serverFolder } from "../support/server-folder.ts";
import { runProgram } from "./running.ts";

// A broker of this file's own: topics have fixed names, and it is started late.
const dataDir = await serverFolder("kafka");
const port = await freePort();
const variables = { KAFKA_BOOTSTRAP: `127.0.0.1:${port}` };
const stop: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of stop) await end();
  rmSync(dataDir, { recursive: true, force: true });
});

async function counts(): Promise<Record<string, number>> {
  const admin = await createKafkaAdmin(variables.KAFKA_BOOTSTRAP, "tests");
  try {
    return Object.fromEntries(await admin.partitionCounts([...Object.values(TOPICS), "no-such-topic"]));
  } finally {
    await admin.close();
  }
}

test("without a broker it fails at once and says so", async () => {
  const { code, stderr } = await runProgram(["topics"], variables);
  assert.equal(code, 1);
  assert.match(stderr, /ECONNREFUSED/);
});

test("waits for a broker that comes up, creates all topics, and whoever waits for them goes on", async () => {
  const refused = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()] as const;
  const onComplaint = (which: 0 | 1) => (text: string) => {
    if (text.includes("ECONNREFUSED")) refused[which].resolve(undefined);
  };
  const waiting = runProgram(["topics", "--wait", "90"], variables, onComplaint(0));
  const creating = runProgram(
    ["topics", "--patience", "90", "--email", "4", "--dead-letter", "1"],
    variables,
    onComplaint(1),
  );
  await Promise.all(refused.map(({ promise }) => promise));
  const kafka = await startKafka({ dataDir, port });
  stop.push(() => kafka.kill9());

  const created = await creating;
  assert.equal(created.code, 0, created.stderr);
  assert.match(created.stderr, /ECONNREFUSED/);
  assert.match(created.stdout, /^billing\.notifications\.email: created, 4 partitions, 1 replicas$/m);
  assert.deepEqual(await counts(), {
    [TOPICS.email]: 4,
    [TOPICS.sms]: 8,
    [TOPICS.push]: 8,
    [TOPICS.deadLetter]: 1,
  });

  const waited = await waiting;
  assert.equal(waited.code, 0, waited.stderr);
  assert.match(waited.stdout, /all topics exist/);
});

test("once more, it grows what has too few partitions and takes none away", async () => {
  const { code, stdout, stderr } = await runProgram(
    ["topics", "--email", "8", "--sms", "2", "--push", "8", "--dead-letter", "1"],
    variables,
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^billing\.notifications\.email: grown from 4 to 8 partitions$/m);
  assert.match(stdout, /^billing\.notifications\.sms: kept with 8 partitions; 2 were asked for/m);
  assert.match(stdout, /^billing\.notifications\.push: as it was, 8 partitions$/m);
  assert.equal((await counts())[TOPICS.email], 8);
});

test("more replicas than brokers are refused, and bad numbers before anything is asked", async () => {
  const admin = await createKafkaAdmin(variables.KAFKA_BOOTSTRAP, "tests");
  const plan = { topic: "too-many-replicas", partitions: 1, replicas: 3 };
  await assert.rejects(admin.createTopics([plan]), /too-many-replicas: Replication-factor is invalid/);
  await admin.close();

  const { code, stderr } = await runProgram(["topics", "--email", "0"], variables);
  assert.notEqual(code, 0);
  assert.match(stderr, /--email.*at least 1/s);
});
