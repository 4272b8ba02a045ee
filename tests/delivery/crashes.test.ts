import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test, type TestContext } from "node:test";
import { type KafkaServer, startKafka } from "../../local/kafka-server.ts";
import { startPostgres } from "../../local/postgres-server.ts";
import { migrate } from "../../database/migrate.ts";
import { type Client, connect } from "../../platform/postgres.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { serverFolder } from "../support/server-folder.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { assertAcceptedOnce } from "./accepted-once.ts";
import { noonInSeoul, noonWorld } from "./noon-world.ts";
import { createWorld, setBillingClock, type World } from "./world.ts";

// A broker of this file's own: one of the tests kills it.
const kafkaFolder = await serverFolder("kafka");
const kafka: KafkaServer = await startKafka({ dataDir: kafkaFolder });
after(async () => {
  await kafka.kill9();
  rmSync(kafkaFolder, { recursive: true, force: true });
});

const quickProvider = ["--delay-ms", "100", "--failure-rate", "0"];

async function newWorld(t: TestContext, bills: number): Promise<World> {
  const world = await noonWorld(t, { bootstrap: kafka.bootstrap, simulator: quickProvider });
  await insertLiveGeneration(world.database, { period: "2026-10", generation: 1 }, bills);
  return world;
}

void test("a dispatcher killed between commit and produce: the batch it left is produced by the next", async (t) => {
  const world = await newWorld(t, 100);
  const killed = world.start("dispatcher", { FAULT_POINT: "dispatcher.after-commit" });
  assert.equal(await killed.ended, "SIGKILL");
  assert.deepEqual(await world.states(), { QUEUED: 100 });
  world.start("email");
  world.start("dispatcher");
  await world.untilStates({ SENT: 100 });
  await assertAcceptedOnce(world, 100);
});

void test("a dispatcher killed between produce and the end of the batch: what is produced twice is sent once", async (t) => {
  const world = await newWorld(t, 100);
  assert.equal(await world.start("dispatcher", { FAULT_POINT: "dispatcher.after-produce" }).ended, "SIGKILL");
  world.start("dispatcher");
  world.start("email");
  await world.untilStates({ SENT: 100 });
  await assertAcceptedOnce(world, 100);
  assert.equal(world.providerLog().length, 100);
});

void test("a claim check that was lost is produced again after a while", async (t) => {
  const world = await newWorld(t, 100);
  await world.database.query(
    "update notifications set state = 'QUEUED', seq = 1, updated_at = clock_timestamp() - interval '2 seconds'",
  );
  world.start("dispatcher", { QUEUED_OVERDUE_MS: "1000" });
  world.start("email");
  await world.untilStates({ SENT: 100 });
  assert.equal(world.providerLog().length, 100);
});

void test("a consumer killed between claim and send: its leases run out and everything is sent", async (t) => {
  const world = await newWorld(t, 100);
  world.start("dispatcher");
  assert.equal(await world.start("email", { FAULT_POINT: "consumer.after-claim" }).ended, "SIGKILL");
  assert.equal(world.providerLog().length, 0);
  world.start("email");
  await world.untilStates({ SENT: 100 });
  await assertAcceptedOnce(world, 100);
});

/** What the provider has accepted once nothing more arrives: requests of a killed consumer are still on their way. */
async function acceptedAtRest(world: World): Promise<number> {
  for (let before = -1; ;) {
    const now = world.providerLog().length;
    if (now === before) return now;
    before = now;
    await sleep(1_000);
  }
}

void test("a consumer killed between send and result: sent again under the same key, accepted once, counted", async (t) => {
  const world = await newWorld(t, 100);
  world.start("dispatcher");
  assert.equal(await world.start("email", { FAULT_POINT: "consumer.after-send" }).ended, "SIGKILL");
  const acceptedByThen = await acceptedAtRest(world);
  assert.ok(acceptedByThen > 0);
  world.start("email");
  await world.untilStates({ SENT: 100 });
  await assertAcceptedOnce(world, 100);
  assert.equal(world.providerLog().length, 100 + acceptedByThen, "each of them was asked again");
});

void test("the broker restarts in the middle", async (t) => {
  const world = await newWorld(t, 1_500);
  world.start("dispatcher", { DISPATCH_BATCH: "50", MAX_QUEUED: "200" });
  world.start("email", { IN_FLIGHT: "50" });
  await untilSomeAreSent(world);
  await kafka.kill9();
  await kafka.restart();
  await world.untilStates({ SENT: 1_500 });
  await assertAcceptedOnce(world, 1_500);
});

void test("PostgreSQL is killed and restarts in the middle", async (t) => {
  const dataDir = await serverFolder("postgres");
  const settings = { shared_buffers: "128MB", max_wal_size: "1GB" };
  const first = await startPostgres({ dataDir, settings });
  t.after(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });
  await migrate(first.url);
  const before = await openQuietly(first.url);
  await setBillingClock(before, noonInSeoul);
  await insertLiveGeneration(before, { period: "2026-10", generation: 1 }, 1_500);
  const servers = { databaseUrl: first.url, bootstrap: kafka.bootstrap, database: before };
  const world = await createWorld(t, servers, quickProvider);
  world.start("dispatcher", { DISPATCH_BATCH: "50" });
  world.start("email", { IN_FLIGHT: "50" });
  await untilSomeAreSent(world);
  await first.kill9();
  const second = await startPostgres({ dataDir, settings, port: first.connection.port });
  const database = await openQuietly(second.url);
  t.after(async () => {
    await database.end();
    await second.stop();
  });
  const again: World = { ...world, database };
  await world.until("every bill sent", async () => {
    const { rows } = await database.query<{ open: number }>(
      "select count(*) as open from notifications where state <> 'SENT'",
    );
    return { done: rows[0]?.open === 0, seen: `${rows[0]?.open ?? "?"} not sent` };
  });
  await assertAcceptedOnce(again, 1_500);
});

/** A connection that may be cut without ending this process. */
async function openQuietly(url: string): Promise<Client> {
  const client = await connect({ url, applicationName: "tests" });
  client.on("error", () => undefined);
  return client;
}

async function untilSomeAreSent(world: World): Promise<void> {
  await world.until("some are sent", async () => {
    const { SENT = 0 } = await world.states();
    return { done: SENT >= 100, seen: String(SENT) };
  });
}
