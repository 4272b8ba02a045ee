import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { insertLiveGeneration, testPolicy } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { assertAcceptedOnce } from "./accepted-once.ts";
import { createWorld, setBillingClock, type World } from "./world.ts";

const bills = 200;
const otherKey = `k2:${Buffer.alloc(32, 3).toString("base64")}`;

/** One that opens within seconds, and in which nobody waits for long. */
const policy: NotificationPolicy = {
  ...testPolicy,
  breaker: {
    ...{ windowMs: 10_000, minSends: 20, failureFraction: 0.5, openMs: 1_000, probeSends: 5 },
    undecidedMs: 600_000,
  },
};

/** Of every message: what it failed of, and how often. */
async function failuresOf({ database }: World): Promise<Record<string, number>> {
  const { rows } = await database.query<{ detail: string; attempts: number }>(
    "select channel || ' ' || outcome || ' ' || detail as detail, count(*) as attempts from notification_attempts group by 1",
  );
  return Object.fromEntries(rows.map(({ detail, attempts }) => [detail, attempts]));
}

test("a consumer without its key sends nothing, gives nothing up and texts nobody; with it, everything goes by e-mail", async (t) => {
  const { url, connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const database = await connect();
  await setBillingClock(database, "2026-11-02T12:00:00+09:00");
  await insertLiveGeneration(database, { period: "2026-10", generation: 1, policy }, bills);
  const world = await createWorld(t, { databaseUrl: url, bootstrap, database }, ["--failure-rate", "0"]);
  world.start("dispatcher");
  world.start("sms");
  const keyless = world.start("email", { ENCRYPTION_KEYS: otherKey, IN_FLIGHT: "20" });
  await world.until("the ladder's end many times over, were it not for the breaker", async () => {
    const failures = await failuresOf(world);
    return { done: (failures["email transient unknown-key"] ?? 0) >= 60, seen: JSON.stringify(failures) };
  });
  await sleep(3_000);
  assert.deepEqual(Object.keys(await failuresOf(world)), ["email transient unknown-key"]);
  assert.equal(world.providerLog().length, 0, "nothing has reached a provider");
  const { rows } = await database.query(
    `select count(*) filter (where channel <> 'email') as elsewhere, count(*) filter (where state = 'DEAD') as dead
       from notifications`,
  );
  assert.deepEqual(rows, [{ elsewhere: 0, dead: 0 }]);
  assert.ok(
    /"unknown-key".*"message could not be composed"/.test(keyless.stderr()),
    "the log names the cause",
  );
  keyless.child.kill("SIGTERM");
  assert.equal(await keyless.ended, 0);
  world.start("email");
  await world.untilStates({ SENT: bills });
  await assertAcceptedOnce(world, bills);
  assert.ok(world.providerLog().every(({ channel }) => channel === "email"));
});
