import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { after, test, type TestContext } from "node:test";
import { startKafka } from "../../local/kafka-server.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { serverFolder } from "../support/server-folder.ts";
import { assertAcceptedOnce } from "./accepted-once.ts";
import { noonWorld } from "./noon-world.ts";
import { type World } from "./world.ts";

// What the dispatcher has on its way when something ends: several batches, each queued and committed. A broker of this file's
// own: it is stopped and killed.
const kafkaFolder = await serverFolder("kafka");
const kafka = await startKafka({ dataDir: kafkaFolder });
after(async () => {
  await kafka.kill9();
  rmSync(kafkaFolder, { recursive: true, force: true });
});

const batch = 50;
const mostOpen = 4;

/** Messages that are due in an hour. */
async function newWorld(t: TestContext, bills: number): Promise<World> {
  const simulator = ["--delay-ms", "20", "--failure-rate", "0"];
  const world = await noonWorld(t, { bootstrap: kafka.bootstrap, simulator });
  const live = { period: "2026-10", generation: 1 };
  await insertLiveGeneration(world.database, live, bills, () => ({ dueInSeconds: 3_600 }));
  return world;
}

async function makeDue({ database }: World): Promise<void> {
  await database.query("update notifications set due_at = billing_now()");
}

async function openBatches({ database }: World): Promise<number> {
  const { rows } = await database.query<{ open: number }>("select count(*) as open from outbox_batches");
  return rows[0]?.open ?? 0;
}

async function untilOpen(world: World, wanted: number): Promise<void> {
  await world.until(`${wanted} open batches`, async () => {
    const open = await openBatches(world);
    return { done: open === wanted, seen: String(open) };
  });
}

void test("a dispatcher killed with several open batches: each is produced again, each message is sent once", async (t) => {
  const world = await newWorld(t, 600);
  const killed = world.start("dispatcher", { DISPATCH_BATCH: String(batch) });
  await world.until("a connected dispatcher", () => {
    const seen = killed.stderr();
    return Promise.resolve({ done: seen.includes("dispatching"), seen });
  });
  process.kill(kafka.pid(), "SIGSTOP");
  await makeDue(world);
  await untilOpen(world, mostOpen);
  await sleep(500);
  assert.equal(await openBatches(world), mostOpen, "no more may be open, however slow the broker is");
  assert.deepEqual(await world.states(), { QUEUED: mostOpen * batch, SCHEDULED: 600 - mostOpen * batch });
  killed.child.kill("SIGKILL");
  await killed.ended;
  // What was in the sockets goes with the broker: nothing of it was ever in the log.
  await kafka.kill9();
  await kafka.restart();
  world.start("dispatcher", { DISPATCH_BATCH: String(batch) });
  world.start("email");
  await world.untilStates({ SENT: 600 });
  await assertAcceptedOnce(world, 600);
  assert.equal(world.providerLog().length, 600);
  const { rows } = await world.database.query("select seq, count(*) as rows from notifications group by seq");
  assert.deepEqual(rows, [{ seq: 1, rows: 600 }], "produced again as they were queued, and claimed once");
  await untilOpen(world, 0);
});

void test("a dispatcher told to stop brings to Kafka what it has queued, and nothing else", async (t) => {
  const world = await newWorld(t, 5_000);
  await makeDue(world);
  const dispatcher = world.start("dispatcher", { DISPATCH_BATCH: String(batch) });
  await world.until("some are queued", async () => {
    const { QUEUED = 0 } = await world.states();
    return { done: QUEUED > 0, seen: String(QUEUED) };
  });
  dispatcher.child.kill("SIGTERM");
  assert.equal(await dispatcher.ended, 0);
  const { QUEUED = 0, SCHEDULED = 0 } = await world.states();
  assert.ok(SCHEDULED > 0, "it was to be stopped on the way");
  assert.equal(await openBatches(world), 0);
  world.start("email");
  await world.untilStates({ SENT: QUEUED, SCHEDULED });
});

void test("batches that the broker did not take are produced again by the dispatcher that goes on", async (t) => {
  const world = await newWorld(t, 600);
  await makeDue(world);
  const dispatcher = world.start("dispatcher", { DISPATCH_BATCH: String(batch), MAX_QUEUED: "200" });
  world.start("email");
  await world.until("some are sent", async () => {
    const { SENT = 0 } = await world.states();
    return { done: SENT >= 100, seen: String(SENT) };
  });
  await kafka.kill9();
  await world.until("an interruption", () => {
    const seen = dispatcher.stderr();
    return Promise.resolve({ done: seen.includes("dispatch interrupted"), seen: seen.slice(-500) });
  });
  await kafka.restart();
  await world.untilStates({ SENT: 600 });
  await assertAcceptedOnce(world, 600);
  await untilOpen(world, 0);
});

void test("open batches count as queued: never more than MAX_QUEUED wait for consumers", async (t) => {
  const world = await newWorld(t, 600);
  await makeDue(world);
  world.start("dispatcher", { DISPATCH_BATCH: String(batch), MAX_QUEUED: "130" });
  await world.untilStates({ QUEUED: 130, SCHEDULED: 470 });
  // The rows are counted anew three times.
  await sleep(1_500);
  assert.deepEqual(await world.states(), { QUEUED: 130, SCHEDULED: 470 });
});
