import assert from "node:assert/strict";
import { test } from "node:test";
import { giveUp } from "../commands/dead.ts";
import { address, bill, deliveryScene, sendAll } from "./scene.ts";

interface Listed {
  readonly billId: number;
  readonly state: string;
}

const numbersOf = (items: readonly Listed[]): number[] => items.map(({ billId }) => billId % 1_000);

void test("messages are listed by state, channel, reason and due instant, page by page", async (t) => {
  const scene = await deliveryScene(t, 12, (n) => (n > 9 ? { channelPlan: "sms", dueInSeconds: 7_200 } : {}));
  await sendAll(scene, [1, 2, 3]);
  await giveUp(scene.owner, address, [4, 5]);
  const list = async (query: string): Promise<Listed[]> => {
    const { status, body, text } = await scene.viewer.get(`/api/v1/messages?${query}`);
    assert.equal(status, 200, text);
    return body.items;
  };
  assert.deepEqual(numbersOf(await list("state=SENT")), [1, 2, 3]);
  assert.deepEqual(numbersOf(await list("state=DEAD&reason=permanent")), [4, 5]);
  assert.deepEqual(numbersOf(await list("state=SCHEDULED&channel=email")), [6, 7, 8, 9]);
  assert.deepEqual(numbersOf(await list("channel=sms&reason=released")), [10, 11, 12]);
  assert.deepEqual(numbersOf(await list("dueFrom=2026-11-02T13:00:00%2B09:00")), [10, 11, 12]);
  assert.deepEqual(numbersOf(await list("dueBefore=2026-11-02T13:00:00%2B09:00")), [6, 7, 8, 9]);
  assert.deepEqual(numbersOf(await list("state=QUEUED")), []);
  assert.deepEqual(numbersOf(await list("period=2026-09")), []);

  const seen: number[] = [];
  let cursor = "";
  do {
    const { body } = await scene.viewer.get(`/api/v1/messages?limit=5${cursor}`);
    seen.push(...numbersOf(body.items));
    cursor = body.next === null ? "" : `&cursor=${body.next}`;
  } while (cursor !== "");
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

  const csv = await scene.viewer.get("/api/v1/messages", { accept: "text/csv" });
  assert.equal(csv.text.trim().split("\n").length, 13);
});

void test("a wrong filter is refused by name", async (t) => {
  const scene = await deliveryScene(t, 1);
  const { status, body } = await scene.viewer.get(
    "/api/v1/messages?state=GONE&period=2026-13&channel=fax&reason=<script>&dueFrom=yesterday",
  );
  assert.equal(status, 400);
  const fields = body.errors.map(({ field }: { field: string }) => field).sort();
  assert.deepEqual(fields, ["channel", "dueFrom", "period", "reason", "state"]);
});

void test("the queue says where messages stand, when what waits is due, and the oldest of it", async (t) => {
  const scene = await deliveryScene(t, 6, (n) => ({ dueInSeconds: n === 6 ? 3_600 : -60 * n }));
  await sendAll(scene, [1]);
  const { body } = await scene.viewer.get("/api/v1/messages/queue?period=2026-10");
  const places = body.places.map((one: Record<string, unknown>) => [one["state"], one["messages"]]);
  assert.deepEqual(places, [
    ["SCHEDULED", 5],
    ["SENT", 1],
  ]);
  const due = body.due.map((one: Record<string, unknown>) => [one["hour"], one["messages"]]);
  assert.deepEqual(due, [
    ["2026-11-02T02:00:00.000Z", 4],
    ["2026-11-02T04:00:00.000Z", 1],
  ]);
  assert.equal(body.oldest.length, 1);
  const [{ oldest, messages }] = body.oldest;
  assert.deepEqual([oldest.billId, messages], [bill(5), 5]);
  assert.ok(oldest.ageMs >= 300_000 && oldest.ageMs < 400_000, String(oldest.ageMs));
  assert.ok(Math.abs(Date.parse(body.billingClock) - Date.parse("2026-11-02T03:00:00Z")) < 60_000);
});

void test("one message comes with every attempt, command and dead letter of its bill", async (t) => {
  const scene = await deliveryScene(t, 2);
  await sendAll(scene, [1], { state: "SCHEDULED", outcome: "transient" });
  await giveUp(scene.owner, address, [1], "exhausted");
  const order = { target: { kind: "bills", billIds: [bill(1)] }, reason: "asked for" };
  const redriven = await scene.operator.send("POST", "/api/v1/messages/redrive", order);
  assert.equal(redriven.status, 200, redriven.text);
  const { body } = await scene.viewer.get(`/api/v1/messages/${bill(1)}`);
  assert.deepEqual(
    body.timeline.map(({ kind, what }: { kind: string; what: string }) => `${kind} ${what}`).sort(),
    ["attempt transient", "command message.redrive", "dead-letter exhausted", "now SCHEDULED"],
  );
  assert.match(body.timeline.at(-1).kind, /^now$/);
  const [{ state, messageGeneration, memberId, channelPlan }] = body.messages;
  assert.deepEqual([state, messageGeneration, memberId, channelPlan], ["SCHEDULED", 2, 1, ["email", "sms"]]);
  assert.doesNotMatch(JSON.stringify(body), /@example\.com|0100000/);
  assert.equal((await scene.viewer.get(`/api/v1/messages/${bill(99)}`)).status, 404);
  assert.equal((await scene.viewer.get("/api/v1/messages/7")).status, 404);
});

void test("the newest attempts come first, with what kind of address and never which", async (t) => {
  const scene = await deliveryScene(t, 40, (n) => (n % 2 === 0 ? { channelPlan: "sms" } : {}));
  assert.deepEqual((await scene.viewer.get("/api/v1/messages/recent")).body.attempts, []);
  await sendAll(scene, [1, 2]);
  await sendAll(scene, [3], { outcome: "permanent", state: "DEAD" });
  await scene.owner.query(
    `update notification_attempts set started_at = started_at + bill_id % 10 * interval '1 second'`,
  );
  const { body } = await scene.viewer.get("/api/v1/messages/recent?limit=2");
  assert.deepEqual(
    body.attempts.map((one: Record<string, unknown>) => [one["id"], one["outcome"], one["addressClass"]]),
    [
      [`${bill(3)}:1:1`, "permanent", "email"],
      [`${bill(2)}:1:1`, "accepted", "phone"],
    ],
  );
  const since = encodeURIComponent(body.attempts[0].endedAt);
  const later = await scene.viewer.get(`/api/v1/messages/recent?since=${since}`);
  assert.deepEqual(
    later.body.attempts.map(({ id }: { id: string }) => id),
    [`${bill(3)}:1:1`],
  );
});

void test("what no table can hold is the caller's mistake, not ours", async (t) => {
  const scene = await deliveryScene(t, 1);
  const order = { target: { kind: "bills", billIds: [bill(1)] }, reason: "\u0000" };
  const madeUp = Buffer.from(JSON.stringify(["yesterday-ish", "0f8f1a4e-8a4e-4f6e-9d53-111111111111"]));
  const answers = [
    await scene.operator.send("POST", "/api/v1/messages/cancel", order),
    await scene.viewer.get("/api/v1/dead-letters?run=%00"),
    await scene.viewer.get("/api/v1/dead-letters?diedBefore=0000-01-01T00:00:00Z"),
    await scene.viewer.get("/api/v1/messages?dueFrom=0000-01-01T00:00:00Z"),
    await scene.viewer.get(`/api/v1/orders?cursor=${madeUp.toString("base64url")}`),
  ];
  for (const { status, body, text } of answers)
    assert.deepEqual([status, body.code], [400, "invalid-request"], text);
});
