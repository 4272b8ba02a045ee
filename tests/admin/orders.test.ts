import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { giveUp } from "../commands/dead.ts";
import { address, bill, deliveryScene, sendAll, type Scene } from "./scene.ts";

const bills = (...numbers: number[]) => ({ kind: "bills", billIds: numbers.map(bill) });

async function states({ owner }: Scene): Promise<string[]> {
  const { rows } = await owner.query<{ text: string }>(
    `select bill_id % 1000 || ' ' || state || ' m' || message_generation || ' ' || channel_plan || ' ' || reason as text
       from notifications order by bill_id`,
  );
  return rows.map(({ text }) => text);
}

const order = (scene: Scene, kind: string, body: object, key?: string) =>
  scene.operator.send("POST", `/api/v1/messages/${kind}`, body, key);

void test("each order moves the messages it names, once, and its dry run says so before and moves nothing", async (t) => {
  const scene = await deliveryScene(t, 6, () => ({ dueInSeconds: 86_400 }));
  await sendAll(scene, [2], { state: "DELIVERED" });
  await giveUp(scene.owner, address, [3, 4]);
  const before = await states(scene);
  const at = "2026-11-05T10:00:00+09:00";
  const orders = [
    ["force", { target: bills(1) }],
    ["resend", { target: bills(2), reason: "did not find it" }],
    ["redrive", { target: { kind: "letters", ids: [1] } }],
    ["convert", { target: { kind: "letters", ids: [2] }, to: "sms" }],
    ["reserve", { target: bills(5), at }],
    ["cancel", { target: bills(6), reason: "moved away" }],
  ] as const;
  for (const [kind, body] of orders) {
    const foreseen = await order(scene, `${kind}/dry-run`, body);
    assert.deepEqual([foreseen.status, foreseen.body.tally?.moved], [200, 1], foreseen.text);
    assert.equal(foreseen.body.needsApproval, false);
  }
  assert.deepEqual(await states(scene), before);
  assert.equal((await scene.owner.query("select from commands")).rowCount, 0, "a dry run is no command");
  for (const [kind, body] of orders) {
    const key = randomUUID();
    const done = await order(scene, kind, body, key);
    assert.deepEqual([done.status, done.body.status, done.body.tally?.moved], [200, "done", 1], done.text);
    const again = await order(scene, kind, body, key);
    assert.deepEqual([again.headers.get("idempotency-replayed"), again.body], ["true", done.body]);
  }
  assert.deepEqual(await states(scene), [
    "1 SCHEDULED m1 email,sms forced",
    "2 SCHEDULED m2 email,sms resend",
    "3 SCHEDULED m2 email,sms redrive",
    "4 SCHEDULED m2 sms redrive",
    "5 SCHEDULED m1 email,sms reserved",
    "6 CANCELLED m1 email,sms cancelled",
  ]);
  const { body: audit } = await scene.viewer.get("/api/v1/audit?action=message.force");
  assert.deepEqual(audit.items[0].actor, "operator");
});

void test("by filter: all dead letters of a cause, and messages in the states that the order is for", async (t) => {
  const scene = await deliveryScene(t, 9, (n) => (n > 6 ? { channelPlan: "sms" } : {}));
  await giveUp(scene.owner, address, [1, 2], "exhausted");
  await giveUp(scene.owner, address, [3], "permanent");
  await sendAll(scene, [4]);
  const redriven = await order(scene, "redrive", {
    target: { kind: "all-letters", cause: "exhausted", period: "2026-10" },
  });
  assert.equal(redriven.body.tally.moved, 2, redriven.text);
  const forced = await order(scene, "force", { target: { kind: "messages", ...address, channel: "sms" } });
  assert.equal(forced.body.tally.moved, 3, forced.text);
  const resent = await order(scene, "resend", {
    ...{ target: { kind: "messages", ...address }, reason: "the provider lost them" },
  });
  assert.deepEqual(
    resent.body.tally.sample.map(({ billId }: { billId: number }) => billId),
    [bill(4)],
  );
  await scene.owner.query(
    "insert into accounts (id, member_id, currency, joined_on) values (5, 5, 'KRW', '2020-01-01')",
  );
  const member = await order(scene, "cancel", {
    ...{ target: { kind: "member", memberId: 5, period: "2026-10" }, reason: "died" },
  });
  assert.equal(member.body.tally.moved, 1, member.text);
});

void test("what cannot be is refused with its code, and changes nothing", async (t) => {
  const scene = await deliveryScene(t, 3);
  await sendAll(scene, [1]);
  await giveUp(scene.owner, address, [2], "unknown-outcome");
  const before = await states(scene);
  const sent = await order(scene, "force", { target: bills(1) });
  assert.deepEqual([sent.status, sent.body.code], [409, "wrong-state"], sent.text);
  const maybe = await order(scene, "redrive", { target: bills(2) });
  assert.deepEqual([maybe.status, maybe.body.code], [409, "maybe-sent"]);
  const nobody = await order(scene, "force", { target: { kind: "member", memberId: 77, period: "2026-10" } });
  assert.deepEqual([nobody.status, nobody.body.code], [404, "unknown-member"]);
  const past = await order(scene, "reserve", { target: bills(3), at: "2026-11-01T10:00:00+09:00" });
  assert.deepEqual([past.status, past.body.code], [409, "in-the-past"]);
  const quiet = await order(scene, "force", { target: bills(3), evenInQuietHours: true });
  assert.deepEqual([quiet.status, quiet.body.errors?.[0]?.field], [400, "reason"]);
  const silent = await order(scene, "resend", { target: bills(1), reason: "  " });
  assert.deepEqual([silent.status, silent.body.errors?.[0]?.field], [400, "reason"]);
  const which = await order(scene, "redrive", { target: { kind: "letters", ids: [] }, surprise: 1 });
  assert.equal(which.status, 400);
  const viewer = await scene.viewer.send("POST", "/api/v1/messages/force", { target: bills(3) });
  assert.equal(viewer.status, 403);
  const approver = await scene.approver.send("POST", "/api/v1/messages/force", { target: bills(3) });
  assert.equal(approver.status, 403);
  assert.deepEqual(await states(scene), before);
});
