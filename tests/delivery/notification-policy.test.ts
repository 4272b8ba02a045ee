import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { testKafka } from "../support/kafka.ts";
import { insertLiveGeneration, testPolicy } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { createWorld, setBillingClock, type World } from "./world.ts";

const noonInSeoul = "2026-11-02T12:00:00+09:00";

async function newWorld(t: TestContext): Promise<World> {
  const { url, connect: open } = await testDatabase(t);
  const database = await open();
  const { bootstrap } = await testKafka();
  await setBillingClock(database, noonInSeoul);
  return createWorld(t, { databaseUrl: url, bootstrap, database }, [
    "--delay-ms",
    "10",
    "--failure-rate",
    "0",
  ]);
}

test("each generation is delivered by its own policy, side by side in the same processes", async (t) => {
  const world = await newWorld(t);
  const { database } = world;
  // E-mail is down for everybody of both: how often it is tried is the policy's.
  const down = (number: number): { email: string } => ({ email: `down+${number}@example.com` });
  const patient = { period: "2026-09", generation: 1 };
  await insertLiveGeneration(database, patient, 10, down);
  const ladders = { ...testPolicy.ladders, email: { delaysMs: [], jitterFraction: 0 } };
  const hasty = { period: "2026-10", generation: 1, policy: { ...testPolicy, ladders } };
  await insertLiveGeneration(database, hasty, 10, down);
  const lunch = { startMinute: 11 * 60, endMinute: 13 * 60 };
  const quiet = { period: "2026-08", generation: 1, policy: { ...testPolicy, systemQuiet: [lunch] } };
  await insertLiveGeneration(database, quiet, 10, down);
  const holiday = { period: "2026-07", generation: 1, policy: { ...testPolicy, holidays: ["2026-11-02"] } };
  await insertLiveGeneration(database, holiday, 10, down);
  for (const name of ["dispatcher", "email", "sms"]) world.start(name);
  await world.untilStates({ SENT: 20, SCHEDULED: 20 });

  const tries = await database.query<{ month: number; channel: string; tries: number }>(
    `select (bill_id / 10000000000)::int as month, channel, count(*)::int as tries from notification_attempts
     group by 1, 2 order by 1, 2`,
  );
  assert.deepEqual(tries.rows, [
    { month: 202609, channel: "email", tries: 30 },
    { month: 202609, channel: "sms", tries: 10 },
    { month: 202610, channel: "email", tries: 10 },
    { month: 202610, channel: "sms", tries: 10 },
  ]);
  const held = await database.query<{ held: number }>(
    `select count(*)::int as held from notifications
     where reason = 'quiet-hours' and (due_at at time zone 'Asia/Seoul')::time between '13:00' and '13:30'
       and bill_id / 10000000000 = 202608`,
  );
  assert.equal(held.rows[0]?.held, 10);
  // Claimed on the holiday: until it is over, and the night after it.
  const { rows } = await database.query<{ due: Date; held: number }>(
    `select due_at as due, count(*)::int as held from notifications
     where reason = 'quiet-hours' and bill_id / 10000000000 = 202607 group by 1`,
  );
  assert.deepEqual(rows, [{ due: new Date("2026-11-03T08:00:00+09:00"), held: 10 }]);
});

test("the dispatcher gives a lost lease up, or another try, as the generation's policy says", async (t) => {
  const world = await newWorld(t);
  const strict = { period: "2026-10", generation: 1, policy: { ...testPolicy, maxUnknownOutcomes: 0 } };
  await insertLiveGeneration(world.database, strict, 5);
  const lenient = { period: "2026-09", generation: 1 };
  await insertLiveGeneration(world.database, lenient, 5);
  // Claimed, and never heard of again.
  const lost = async (): Promise<void> => {
    const consumer = world.start("email", { FAULT_POINT: "consumer.after-claim" });
    assert.equal(await consumer.ended, "SIGKILL");
  };
  world.start("dispatcher");
  await world.until("both claimed", async () => {
    const { SENDING = 0, QUEUED = 0, UNKNOWN = 0, DEAD = 0 } = await world.states();
    const claimed = SENDING + UNKNOWN + DEAD;
    if (claimed < 10 && QUEUED > 0) await lost();
    return { done: claimed === 10, seen: JSON.stringify(await world.states()) };
  });
  await world.until("the strict ones dead", async () => {
    const { rows } = await world.database.query<{ dead: number }>(
      `select count(*)::int as dead from notifications
       where state = 'DEAD' and reason = 'unknown-outcome' and bill_id / 10000000000 = 202610`,
    );
    return { done: rows[0]?.dead === 5, seen: JSON.stringify(rows) };
  });
  world.start("email");
  await world.untilStates({ DEAD: 5, SENT: 5 });
});

test("a generation whose policy this program cannot read is left to a newer one, and holds up nobody else", async (t) => {
  const world = await newWorld(t);
  const { database } = world;
  await insertLiveGeneration(database, { period: "2026-09", generation: 1 }, 10);
  await insertLiveGeneration(database, { period: "2026-10", generation: 1 }, 10);
  await database.query(
    `update generations set notification_policy = '{"carrierPigeons": true}' where period = '2026-09-01'`,
  );
  // A lease that ran out is found by the sweep, which looked at each generation's policy and gave up at the first.
  await database.query(
    `update notifications set state = 'SENDING', seq = 1, attempt = 1, lease_until = clock_timestamp() - interval '1 hour'
     where generation = 1 and bill_id in (select max(bill_id) from notifications)`,
  );
  for (const name of ["dispatcher", "email"]) world.start(name);
  await world.untilStates({ SENT: 10, SCHEDULED: 10 });
  const { rows } = await database.query<{ month: number; state: string; rows: number }>(
    `select (bill_id / 10000000000)::int as month, state, count(*)::int as rows from notifications group by 1, 2 order by 1`,
  );
  assert.deepEqual(rows, [
    { month: 202609, state: "SCHEDULED", rows: 10 },
    { month: 202610, state: "SENT", rows: 10 },
  ]);
});
