import assert from "node:assert/strict";
import { test } from "node:test";
import { contactKeysOf } from "../../admin/contact-keys.ts";
import { giveUp } from "../commands/dead.ts";
import { address, bill, deliveryScene } from "./scene.ts";

void test("dead letters are listed by cause, channel, month and age, and counted", async (t) => {
  const scene = await deliveryScene(t, 6);
  await giveUp(scene.owner, address, [1, 2, 3], "permanent");
  await giveUp(scene.owner, address, [4], "exhausted");
  await scene.owner.query("update dead_letters set created_at = now() - interval '3 days' where id = 1");
  const ids = async (query: string): Promise<number[]> => {
    const { status, body, text } = await scene.viewer.get(`/api/v1/dead-letters?${query}`);
    assert.equal(status, 200, text);
    return body.items.map(({ id }: { id: number }) => id);
  };
  assert.deepEqual(await ids("cause=permanent"), [1, 2, 3]);
  assert.deepEqual(await ids("cause=exhausted&channel=sms&period=2026-10&run=2026-10-1"), [4]);
  assert.deepEqual(await ids("period=2026-09"), []);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  assert.deepEqual(await ids(`diedBefore=${yesterday}`), [1]);
  const { body: page } = await scene.viewer.get("/api/v1/dead-letters?limit=3");
  assert.deepEqual(await ids(`limit=3&cursor=${page.next}`), [4]);
  const { body: counts } = await scene.viewer.get("/api/v1/dead-letters/counts");
  assert.deepEqual(counts.counts, [
    { period: "2026-10", channel: "sms", cause: "permanent", letters: 3 },
    { period: "2026-10", channel: "sms", cause: "exhausted", letters: 1 },
  ]);
});

void test("a payload is opened for a reason, and who asked stands in the audit log for good", async (t) => {
  const scene = await deliveryScene(t, 1);
  await giveUp(scene.owner, address, [1]);
  const path = "/api/v1/dead-letters/1/payload";
  assert.equal((await scene.viewer.send("POST", path, { reason: "curious" })).status, 403);
  const silent = await scene.operator.send("POST", path, {});
  assert.deepEqual([silent.status, silent.body.errors[0].field], [400, "reason"]);
  const { status, body, text } = await scene.operator.send("POST", path, { reason: "the member called" });
  assert.equal(status, 200, text);
  assert.deepEqual(body, {
    ...{ to: "m1@example.com", masked: "m****@example.com" },
    content: { subject: "Your bill" },
  });
  const { body: audit } = await scene.viewer.get("/api/v1/audit?action=dead-letter.payload");
  assert.deepEqual(
    audit.items.map(({ actor, subject, detail }: Record<string, unknown>) => [actor, subject, detail]),
    [["operator", "dead-letter:1", { reason: "the member called", ids: [1] }]],
  );
  const kept = await scene.owner.query("select from commands");
  assert.equal(kept.rowCount, 0, "an opened payload is kept nowhere");
  assert.equal(
    (await scene.operator.send("POST", "/api/v1/dead-letters/9/payload", { reason: "x" })).status,
    404,
  );
});

void test("without the key of contacts nothing is opened, and the problem names the variable", async (t) => {
  const scene = await deliveryScene(t, 1, undefined, (parts) => ({
    ...parts,
    context: { ...parts.context, contacts: contactKeysOf({}) },
  }));
  await giveUp(scene.owner, address, [1]);
  const { status, body } = await scene.operator.send("POST", "/api/v1/dead-letters/1/payload", {
    reason: "x",
  });
  assert.deepEqual([status, body.code], [503, "no-key"]);
  assert.match(body.detail, /ENCRYPTION_KEYS/);
});

void test("poison is shown by its place and cause, newest first; what it says is not", async (t) => {
  const scene = await deliveryScene(t, 1);
  await scene.owner.query(
    `insert into poison_messages (topic, kafka_partition, kafka_offset, cause, payload_encrypted, created_at)
     select 'billing.notifications.email', n % 2, n, 'bad-json', '\\x3c7363726970743e', '2026-11-01T00:00:00.123456Z'::timestamptz
       from generate_series(1, 5) n`,
  );
  const offsets: number[] = [];
  let cursor = "";
  do {
    const { body, text, headers } = await scene.viewer.get(`/api/v1/poison-messages?limit=2${cursor}`);
    offsets.push(...body.items.map(({ offset }: { offset: number }) => offset));
    cursor = body.next === null ? "" : `&cursor=${body.next}`;
    assert.doesNotMatch(text, /script|3c73/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  } while (cursor !== "");
  assert.deepEqual(offsets, [2, 4, 1, 3, 5]);
});

void test("suppressions are listed without addresses, and lifted once", async (t) => {
  const scene = await deliveryScene(t, 3);
  await scene.owner.query(
    `insert into suppressions (channel, contact, address_index, reason, source, bill_id, occurred_at)
     select 'email', 'email', email_index, case id when 3 then 'complaint' else 'hard-bounce' end, 'gateway', $1::bigint + id, now()
       from members where id <= 3 order by id`,
    [bill(0)],
  );
  const { body, text } = await scene.viewer.get("/api/v1/suppressions?cause=hard-bounce");
  assert.deepEqual(
    body.items.map((one: Record<string, unknown>) => [one["cause"], one["memberIds"]]),
    [
      ["hard-bounce", [1]],
      ["hard-bounce", [2]],
    ],
  );
  assert.doesNotMatch(text, /@example/);
  const order = { which: { kind: "all", cause: "hard-bounce" }, reason: "the provider's fault" };
  const foreseen = await scene.operator.send("POST", "/api/v1/suppressions/lift/dry-run", order);
  assert.equal(foreseen.body.lifted, 2, foreseen.text);
  const lifted = await scene.operator.send("POST", "/api/v1/suppressions/lift", order);
  assert.deepEqual(lifted.body.byCause, { "email hard-bounce": 2 }, lifted.text);
  const again = await scene.operator.send("POST", "/api/v1/suppressions/lift", order);
  assert.deepEqual([again.status, again.body.code], [409, "nothing-to-lift"]);
  assert.equal((await scene.viewer.get("/api/v1/suppressions")).body.items.length, 1);
});

void test("receipts are counted by source, kind and effect, and what waits for its message", async (t) => {
  const scene = await deliveryScene(t, 2);
  await scene.owner.query(
    `insert into receipts (source, event_id, kind, channel, bill_id, generation, message_generation, occurred_at, effect)
     select 'gateway', 'e' || n, case when n < 3 then 'delivered' else 'hard-bounce' end, 'email', $1::bigint + n, 1, 1, now(),
            case when n < 4 then 'moved' end
       from generate_series(1, 4) n`,
    [bill(0)],
  );
  const { body } = await scene.viewer.get("/api/v1/receipts/counts");
  assert.deepEqual([body.newest, body.waiting], [4, 1]);
  assert.deepEqual(
    body.counts.map((one: Record<string, unknown>) => [one["kind"], one["effect"], one["receipts"]]),
    [
      ["delivered", "moved", 2],
      ["hard-bounce", "moved", 1],
      ["hard-bounce", null, 1],
    ],
  );
});
