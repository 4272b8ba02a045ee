import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { startKafka } from "../../local/kafka-server.ts";
import { deliveryInvariants } from "../../local/invariants/check-invariants.ts";
import { insertLiveGeneration, testPolicy } from "../support/bills.ts";
import { serverFolder } from "../support/server-folder.ts";
import { testDatabase } from "../support/postgres.ts";
import { createTopics, createWorld, setBillingClock } from "./world.ts";

const noonInSeoul = "2026-11-02T12:00:00+09:00";
const address = { period: "2026-10", generation: 1 };
const bills = 600;

test("Kafka comes back without topics, messages and groups: the outbox makes up for it, and nothing is sent twice", async (t) => {
  const dataDir = await serverFolder("kafka");
  const first = await startKafka({ dataDir });
  const { url, connect } = await testDatabase(t);
  const database = await connect();
  await setBillingClock(database, noonInSeoul);
  await insertLiveGeneration(database, address, bills);
  const servers = { databaseUrl: url, bootstrap: first.bootstrap, database };
  const offsetMs = String(Date.parse(noonInSeoul) - Date.now());
  const simulator = ["--delay-ms", "300", "--failure-rate", "0", `--clock-offset-ms=${offsetMs}`];
  const world = await createWorld(t, servers, simulator);
  const limits = { IN_FLIGHT: "10", CLAIM_BATCH: "10" };
  const lost = world.start("email", limits);
  const living = world.start("email", limits);
  await world.until("each with a partition of its own", () => {
    const seen = [lost, living].map(({ stderr }) => stderr().includes('"partitions":1,'));
    return Promise.resolve({ done: seen.every(Boolean), seen: String(seen) });
  });
  world.start("dispatcher", { DISPATCH_BATCH: "50", MAX_QUEUED: "200", QUEUED_OVERDUE_MS: "3000" });
  await world.until("some sent while many are queued", async () => {
    const { SENT = 0, QUEUED = 0 } = await world.states();
    return { done: SENT >= 60 && QUEUED >= 100, seen: `${SENT} sent, ${QUEUED} queued` };
  });
  await first.kill9();
  // What a client had fetched is lost with it; the other lives to see another cluster at the same address.
  lost.child.kill("SIGKILL");
  await lost.ended;
  rmSync(dataDir, { recursive: true });
  const second = await startKafka({ dataDir, port: Number(first.bootstrap.split(":")[1]) });
  t.after(async () => {
    await second.kill9();
    rmSync(dataDir, { recursive: true, force: true });
  });
  await createTopics(second.bootstrap);
  world.start("email", limits);
  await world.untilStates({ SENT: bills });
  const witnesses = { providerLog: world.logFile, releasedAtMs: Date.parse(noonInSeoul), policy: testPolicy };
  for (const { name, holds, detail } of await deliveryInvariants(database, address, witnesses)) {
    assert.ok(holds, `${name}: ${detail}`);
  }
});
