import assert from "node:assert/strict";
import { before, test, type TestContext } from "node:test";
import { abandonGeneration } from "../../database/run-ledger/abandon-generation.ts";
import { attachStagedLeaf, createStagedLeaf, dropStagedLeaf } from "../../database/notifications/leaf.ts";
import { lockPromotion } from "../../database/promotion/lock-promotion.ts";
import { releaseGeneration } from "../../database/run-ledger/release-generation.ts";
import { assertEachBillOnce } from "./each-bill-once.ts";
import { cloneOf, expectDone, PERIOD, populatedOriginal } from "./support.ts";

// What happens when more than one process promotes a period, or changes what a promotion has planned by.

let original = "";

before(async (t) => {
  original = await populatedOriginal(t as TestContext, 200);
});

test("of two generations promoted at once, the later follows the earlier, and each bill has one message", async (t) => {
  const carrier = await cloneOf(t, original);
  const first = await carrier.prove();
  await abandonGeneration(carrier.client, { period: PERIOD, generation: 1 });
  const second = await carrier.prove(1, 2);
  // The index that keeps two from being computed at once is taken away: what is left must do.
  await carrier.client.query("drop index generations_one_active");
  await carrier.client.query("update generations set state = 'verified'");
  const outcomes = await Promise.all([
    carrier.promote({ generation: 1, digest: first }),
    carrier.promote({ generation: 2, digest: second }),
  ]);
  for (const outcome of outcomes) expectDone(outcome);
  const states = await carrier.rows("select state from generations order by state");
  assert.deepEqual(states, [{ state: "live" }, { state: "superseded" }]);
  await assertEachBillOnce(carrier);
});

test("a promotion whose live generation is released after the messages were planned is refused, and done anew", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive({ release: "manual" });
  const digest = await carrier.prove(3, 2);
  const period = "hashtext('generations 2026-10')";
  await carrier.client.query(`select pg_advisory_lock(${period})`);
  const promotion = carrier.promote({ generation: 2, digest });
  await carrier.untilWaiting(1);
  await releaseGeneration(carrier.client, { period: PERIOD, generation: 1 });
  await carrier.client.query(`select pg_advisory_unlock(${period})`);
  const outcome = await promotion;
  assert.equal(outcome.code, 1);
  assert.match(outcome.error, /the live one was released, meanwhile/);
  expectDone(await carrier.promote({ generation: 2, digest }));
  await assertEachBillOnce(carrier);
});

test("a table of messages that is being attached is not dropped as a leftover", async (t) => {
  const carrier = await cloneOf(t, original);
  await carrier.goLive();
  const [address, other] = [{ period: PERIOD, generation: 2 }, await carrier.connect()];
  t.after(() => other.end());
  await createStagedLeaf(carrier.client, address);
  await carrier.client.query("begin");
  await attachStagedLeaf(carrier.client, address);
  const drop = dropStagedLeaf(other, address);
  const refused = assert.rejects(drop, /is attached: it holds messages/);
  await carrier.untilWaiting(1);
  await carrier.client.query("commit");
  await refused;
  assert.notEqual(await carrier.value("select to_regclass('notifications_2026_10_g2')"), null);
});

test("a promotion waits for another of its period, and no longer than told", async (t) => {
  const carrier = await cloneOf(t, original);
  const other = await carrier.connect();
  await lockPromotion(other, PERIOD);
  await assert.rejects(lockPromotion(carrier.client, PERIOD, 50), { code: "55P03" });
  const waiting = lockPromotion(carrier.client, PERIOD);
  await other.end();
  await waiting;
});

test("one generation promoted by several processes at once is live once, with each message once", async (t) => {
  const carrier = await cloneOf(t, original);
  const digest = await carrier.prove();
  const outcomes = await Promise.all([1, 2, 3].map(() => carrier.promote({ digest })));
  for (const outcome of outcomes) expectDone(outcome);
  expectDone(await carrier.promote({ digest }));
  await assertEachBillOnce(carrier);
});
