import assert from "node:assert/strict";
import { test } from "node:test";
import { insertLiveGeneration } from "../support/bills.ts";
import { giveUp } from "../commands/dead.ts";
import { address, deliveryScene, sendAll } from "./scene.ts";

void test("messages by state, totals by generation, and sends by channel and time", async (t) => {
  const scene = await deliveryScene(t, 8, (n) => (n === 4 ? { channelPlan: "sms" } : {}));
  await insertLiveGeneration(scene.owner, { period: "2026-11", generation: 1 }, 2);
  await sendAll(scene, [1, 2, 4]);
  await sendAll(scene, [3], { state: "DELIVERED" });
  await sendAll(scene, [5], { state: "SCHEDULED", outcome: "transient" });
  await giveUp(scene.owner, address, [6]);
  const { body: counts } = await scene.viewer.get("/api/v1/statistics/messages?period=2026-10");
  const byState = Object.groupBy(
    counts.counts as { state: string; messages: number }[],
    ({ state }) => state,
  );
  const sums = Object.fromEntries(
    Object.entries(byState).map(([state, of]) => [
      state,
      (of ?? []).reduce((sum, one) => sum + one.messages, 0),
    ]),
  );
  assert.deepEqual(sums, { SCHEDULED: 3, SENT: 3, DELIVERED: 1, DEAD: 1 });

  const { body: totals } = await scene.viewer.get("/api/v1/statistics/periods");
  assert.deepEqual(
    totals.periods.map((one: Record<string, unknown>) => [
      one["period"],
      one["messages"],
      one["sent"],
      one["open"],
    ]),
    [
      ["2026-11", 2, 0, 2],
      ["2026-10", 8, 4, 3],
    ],
  );
  const [, october] = totals.periods;
  assert.deepEqual([october.delivered, october.dead, october.attempts, october.failedAttempts], [1, 1, 5, 1]);

  const { body: sends } = await scene.viewer.get("/api/v1/statistics/sends?period=2026-10&bucketMinutes=60");
  assert.deepEqual(
    sends.buckets.map((one: Record<string, unknown>) => [
      one["channel"],
      one["outcome"],
      one["sends"],
      one["meanMs"],
    ]),
    [
      ["email", "accepted", 3, 250],
      ["email", "transient", 1, 250],
      ["sms", "accepted", 1, 250],
    ],
  );
  const later = await scene.viewer.get("/api/v1/statistics/sends?period=2026-10&since=2026-11-03T00:00:00Z");
  assert.deepEqual(later.body.buckets, []);
  assert.equal((await scene.viewer.get("/api/v1/statistics/sends")).body.period, "2026-11");
});

void test("the store says its schema, sizes, outbox, commands, sessions and connections", async (t) => {
  const scene = await deliveryScene(t, 20);
  await scene.owner.query(
    "insert into outbox_batches (period, generation, created_at) values ('2026-10-01', 1, '2026-11-01T00:00:00Z')",
  );
  await scene.operator.send("POST", "/api/v1/channels/email/resume");
  const { status, body, text } = await scene.viewer.get("/api/v1/store");
  assert.equal(status, 200, text);
  const { rows } = await scene.owner.query<{ name: string }>(
    "select max(name) as name from schema_migrations",
  );
  assert.equal(body.schemaVersion, rows[0]?.name);
  assert.deepEqual(body.outbox, { openBatches: 1, oldestAt: "2026-11-01T00:00:00.000Z" });
  assert.deepEqual([body.commands.lastDay, body.commands.running, body.sessions], [1, 0, 3]);
  const messages = body.tables.find(({ table }: { table: string }) => table === "notifications");
  assert.deepEqual([messages.leaves, messages.rowsAbout], [1, 20]);
  assert.ok(messages.bytes > 8_000 && body.databaseBytes > messages.bytes);
  assert.match(body.wal.position, /^[0-9A-F]+\/[0-9A-F]+$/);
  const ours = body.connections.find(({ application }: { application: string }) => application === "tests");
  assert.ok(ours.connections >= 2 && body.maxConnections >= ours.connections);
});

void test("without brokers configured, the lag is a problem that names the variable", async (t) => {
  const scene = await deliveryScene(t, 1);
  const { status, body } = await scene.viewer.get("/api/v1/lag");
  assert.deepEqual([status, body.code], [404, "no-kafka"]);
  assert.match(body.detail, /KAFKA_BOOTSTRAP/);
});
