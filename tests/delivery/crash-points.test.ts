import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { insertLiveGeneration, type TestMember } from "../support/bills.ts";
import { assertAcceptedOnce } from "./accepted-once.ts";
import { noonWorld } from "./noon-world.ts";
import { type World } from "./world.ts";

/* Crashes that leave little or nothing: before a commit, and where something is only announced. */
const bills = 100;

async function newWorld(t: TestContext, memberOf?: (number: number) => TestMember): Promise<World> {
  const world = await noonWorld(t, { simulator: ["--delay-ms", "100", "--failure-rate", "0"] });
  await insertLiveGeneration(world.database, { period: "2026-10", generation: 1 }, bills, memberOf);
  return world;
}

async function count({ database }: World, what: string): Promise<number> {
  const { rows } = await database.query<{ n: number }>(`select count(*) as n from ${what}`);
  return rows[0]?.n ?? -1;
}

/** A dispatcher whose statement that queues has done its work and waits in its commit, until the test lets go; killed there. */
async function killedInItsCommit(world: World): Promise<void> {
  await world.database.query(
    `create function hold_commit() returns trigger language plpgsql as
       $$ begin perform pg_advisory_xact_lock(7); return null; end $$;
     create constraint trigger hold_commit after insert on outbox_batches deferrable initially deferred
       for each row execute function hold_commit();
     select pg_advisory_lock(7)`,
  );
  const dispatcher = world.start("dispatcher");
  await world.until("a commit that waits", async () => {
    const waiting = await count(world, `(${waitingBackends}) waiting`);
    return { done: waiting === 1, seen: `${waiting} waiting` };
  });
  dispatcher.child.kill("SIGKILL");
  assert.equal(await dispatcher.ended, "SIGKILL");
}

const waitingBackends =
  "select pid from pg_stat_activity where wait_event_type = 'Lock' and wait_event = 'advisory'";
const letGo = "drop trigger hold_commit on outbox_batches; select pg_advisory_unlock(7)";

async function sentOnceByTheNext(world: World): Promise<void> {
  world.start("dispatcher");
  world.start("email");
  await world.untilStates({ SENT: bills });
  await assertAcceptedOnce(world, bills);
  assert.equal(world.providerLog().length, bills);
}

test("a dispatcher killed before its commit, which is rolled back: the rows are still due", async (t) => {
  const world = await newWorld(t);
  await killedInItsCommit(world);
  await world.database.query(`select pg_terminate_backend(pid, 10000) from (${waitingBackends}) waiting`);
  await world.database.query(letGo);
  assert.deepEqual(await world.states(), { SCHEDULED: bills });
  assert.equal(await count(world, "outbox_batches"), 0);
  await sentOnceByTheNext(world);
});

test("a dispatcher killed before its commit, which the server makes without it: an open batch, produced by the next", async (t) => {
  const world = await newWorld(t);
  await killedInItsCommit(world);
  await world.database.query("select pg_advisory_unlock(7)");
  await world.untilStates({ QUEUED: bills });
  assert.equal(await count(world, "outbox_batches"), 1);
  await world.database.query("drop trigger hold_commit on outbox_batches");
  await sentOnceByTheNext(world);
});

test("a dispatcher killed while it recovers a batch: produced a third time, sent once", async (t) => {
  const world = await newWorld(t);
  for (const point of ["dispatcher.after-commit", "dispatcher.after-recovery"]) {
    assert.equal(await world.start("dispatcher", { FAULT_POINT: point }).ended, "SIGKILL");
    assert.equal(await count(world, "outbox_batches"), 1);
  }
  await sentOnceByTheNext(world);
});

test("a consumer killed between poll and claim: the claim checks are read again", async (t) => {
  const world = await newWorld(t);
  world.start("dispatcher");
  assert.equal(await world.start("email", { FAULT_POINT: "consumer.after-poll" }).ended, "SIGKILL");
  assert.deepEqual(await world.states(), { QUEUED: bills });
  world.start("email");
  await world.untilStates({ SENT: bills });
  await assertAcceptedOnce(world, bills);
  assert.equal(await count(world, "notifications where unknown_outcomes > 0"), 0);
});

test("a consumer killed between claim and commit of the offsets: the claim checks are stale, the leases bring the rows back", async (t) => {
  const world = await newWorld(t);
  world.start("dispatcher");
  const killed = world.start("email", { FAULT_POINT: "consumer.before-commit", CLAIM_BATCH: "20" });
  assert.equal(await killed.ended, "SIGKILL");
  assert.equal(world.providerLog().length, 0);
  const claimed = await count(world, "notifications where state = 'SENDING'");
  assert.ok(claimed > 0 && claimed <= 20, String(claimed));
  world.start("email");
  await world.untilStates({ SENT: bills });
  await assertAcceptedOnce(world, bills);
  assert.equal(await count(world, "notifications where unknown_outcomes > 0"), claimed);
});

test("a consumer killed between result and announcement: the dead letter stands, only the topic does not tell of it", async (t) => {
  const dead = { email: "bounce+1@example.com", channelPlan: "email" };
  const world = await newWorld(t, (number) => (number === 1 ? dead : {}));
  world.start("dispatcher");
  assert.equal(await world.start("email", { FAULT_POINT: "consumer.before-announce" }).ended, "SIGKILL");
  assert.equal(await count(world, "dead_letters where bill_id % 1000 = 1 and cause = 'permanent'"), 1);
  world.start("email");
  await world.untilStates({ SENT: bills - 1, DEAD: 1 });
  await assertAcceptedOnce(world, bills - 1);
});
