import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { createBackpressure } from "../../dispatcher/backpressure.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

const first = { period: "2026-10", generation: 1 };
const second = { period: "2026-11", generation: 1 };
const superseded = { period: "2026-09", generation: 1 };
/** Longer than a count is believed. */
const untilCountedAnewMs = 600;

void test("room is what the queued rows of all open generations leave, a channel", async (t) => {
  const client = await (await testDatabase(t)).connect();
  for (const one of [first, second, superseded]) await insertLiveGeneration(client, one, 60);
  const open = [first, second];
  const backpressure = createBackpressure(client, 100);
  assert.equal(await backpressure.room("email", open), 100);
  backpressure.took("email", (await queueDue(client, first, "email", 40)).rows.length);
  assert.equal(await backpressure.room("email", open), 60, "what was taken counts at once");
  await queueDue(client, second, "email", 25);
  await queueDue(client, superseded, "email", 10);
  await sleep(untilCountedAnewMs);
  assert.equal(await backpressure.room("email", open), 35, "and what others queued, when it is counted anew");
  assert.equal(await backpressure.room("sms", open), 100);
  await client.query("update notifications set state = 'SENDING' where state = 'QUEUED' and bill_id % 2 = 0");
  await sleep(untilCountedAnewMs);
  const { rows } = await client.query<{ queued: number }>(
    "select count(*) as queued from notifications where state = 'QUEUED' and bill_id >= 2026100000000000",
  );
  assert.equal(await backpressure.room("email", open), 100 - (rows[0]?.queued ?? 0));
  assert.equal(await createBackpressure(client, 5).room("email", open), 0, "never below nothing");
});
