import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { claimDeliverableBills } from "../../database/deliverable-bills/claim.ts";
import { countsAgree } from "../../database/invariants/counts-agree.ts";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { deliveryPulse } from "../../database/run-ledger/delivery-pulse.ts";
import { dueHistogram } from "../../database/statistics/due-histogram.ts";
import type { Client } from "../../platform/postgres.ts";
import { answerOf, delivery } from "../commands/dead.ts";
import { setBillingClock } from "../delivery/world.ts";
import { billIdOf, insertLiveGeneration, type TestMember } from "../support/bills.ts";
import { startAdmin, type Caller } from "./admin.ts";

const address = { period: "2026-10", generation: 1 };
const bill = (number: number): number => billIdOf(address.period, number);
const path = (number: number, what: string): string => `/api/v1/bills/${bill(number)}/${what}`;
const reason = { reason: "the member disputes it" };

interface Scene {
  readonly owner: Client;
  readonly url: string;
  readonly operator: Caller;
  readonly viewer: Caller;
}

/** Messages that are due since a minute, at noon. */
async function month(t: TestContext, count: number, memberOf?: (n: number) => TestMember): Promise<Scene> {
  const admin = await startAdmin(t);
  await setBillingClock(admin.owner, "2026-11-02T12:00:00+09:00");
  await insertLiveGeneration(admin.owner, address, count, memberOf);
  await admin.owner.query(
    "insert into accounts (id, member_id, currency, joined_on) select id, id, 'KRW', '2020-01-01' from members",
  );
  const [operator, viewer] = [await admin.as("operator"), await admin.as("viewer")];
  return { owner: admin.owner, url: admin.databaseUrl, operator, viewer };
}

async function queued({ owner }: Scene): Promise<readonly number[]> {
  const { rows } = await queueDue(owner, address, "email", 100);
  return rows.map(({ billId }) => billId).sort((a, b) => a - b);
}

void test("a held message stays while others leave, whatever else is ordered, and leaves when it is released", async (t) => {
  const scene = await month(t, 3);
  assert.equal((await scene.viewer.send("POST", path(2, "hold"), reason)).status, 403);
  const held = await scene.operator.send("POST", path(2, "hold"), reason);
  assert.equal(held.status, 200, held.text);
  assert.deepEqual([held.body.from, held.body.to, held.body.dueAt], ["SCHEDULED", "SCHEDULED", null]);
  const again = await scene.operator.send("POST", path(2, "hold"), reason);
  assert.deepEqual([again.status, again.body.code], [409, "held"]);
  assert.deepEqual(await queued(scene), [bill(1), bill(3)]);
  const forced = answerOf(await delivery(scene.url, ["force", String(bill(2))]));
  assert.deepEqual(forced["refused"], { held: 1 });
  const listed = await scene.viewer.get("/api/v1/bills?period=2026-10&state=onHold");
  assert.deepEqual(
    listed.body.items.map(({ billId, message }: { billId: number; message: { dueAt: null } }) => [
      billId,
      message.dueAt,
    ]),
    [[bill(2), null]],
  );
  const left = await scene.operator.send("POST", path(2, "release"), {});
  assert.equal(left.status, 200, left.text);
  assert.match(left.body.dueAt, /^2026-11-02T03:0\d/);
  const twice = await scene.operator.send("POST", path(2, "release"), {});
  assert.deepEqual([twice.status, twice.body.code], [409, "not-held"]);
  assert.deepEqual(await queued(scene), [bill(2)]);
  const timeline = await scene.viewer.get(path(2, "timeline"));
  assert.deepEqual(
    timeline.body.entries.map(({ what }: { what: string }) => what),
    ["message.hold", "message.release", "QUEUED"],
  );
  const counts = await countsAgree(scene.owner, address);
  assert.ok(counts.holds, counts.detail);
});

void test("a hold reaches what is queued, and nothing that may have left", async (t) => {
  const scene = await month(t, 3);
  const { rows } = await queueDue(scene.owner, address, "email", 2);
  const claims = {
    ...{ ...address, channel: "email" as const, contact: "email" as const, leaseMs: 60_000 },
    billIds: rows.map(({ billId }) => billId),
    seqs: rows.map(({ seq }) => seq),
    ...{ providers: ["a"], chosen: rows.map(() => 0) },
  };
  const [first, second] = claims.billIds.map((id) => id - bill(0));
  assert.ok(first !== undefined && second !== undefined);
  assert.equal((await scene.operator.send("POST", path(first, "hold"), reason)).body.from, "QUEUED");
  const claimed = await claimDeliverableBills(scene.owner, claims);
  assert.deepEqual(
    claimed.map(({ billId }) => billId),
    [bill(second)],
    "the claim check of what is held finds nothing",
  );
  const sending = await scene.operator.send("POST", path(second, "hold"), reason);
  assert.deepEqual([sending.status, sending.body.code], [409, "wrong-state"]);
  assert.equal((await scene.operator.send("POST", path(9, "hold"), reason)).status, 404);
  assert.equal((await scene.operator.send("POST", path(3, "hold"), {})).status, 400, "without a reason");
});

void test("a clock that follows the messages does not follow one that is held", async (t) => {
  const scene = await month(t, 2);
  const nextDue = async () => (await deliveryPulse(scene.owner, address, ["email", "sms"])).nextDueMs;
  await scene.operator.send("POST", path(1, "hold"), reason);
  assert.ok(Number(await nextDue()) < Date.parse("2026-11-03"));
  await scene.operator.send("POST", path(2, "hold"), reason);
  assert.equal(await nextDue(), null);
  assert.deepEqual(await dueHistogram(scene.owner, { period: address.period }), []);
});

void test("a message that is let go keeps to the member's send day", async (t) => {
  const scene = await month(t, 1);
  await scene.owner.query("update members set send_day = 15");
  await scene.operator.send("POST", path(1, "hold"), reason);
  const left = await scene.operator.send("POST", path(1, "release"), {});
  assert.equal(left.body.dueAt, "2026-11-14T23:00:00.000Z");
  assert.deepEqual(await queued(scene), []);
});

void test("the same command twice holds once, also after it was released in between", async (t) => {
  const scene = await month(t, 1);
  const key = "0e2c1f3e-6a41-4bc2-9a0a-3f6f2f2d2b11";
  await scene.operator.send("POST", path(1, "hold"), reason, key);
  await scene.operator.send("POST", path(1, "release"), {});
  const again = await scene.operator.send("POST", path(1, "hold"), reason, key);
  assert.equal(again.headers.get("idempotency-replayed"), "true");
  assert.deepEqual(await queued(scene), [bill(1)]);
});
