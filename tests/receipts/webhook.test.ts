import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWebhookKeys, signWebhook } from "../../platform/webhook-signature.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { address, event, post, sentMonth, stand, startReceipts, testKey, until } from "./stage.ts";

const effects = (answer: { readonly body: Record<string, unknown> }): unknown[] =>
  (answer.body["events"] as Record<string, unknown>[]).map(({ status, effect }) => effect ?? status);

test("delivered, complained, bounced: the rows move; a repetition moves nothing; each receipt is kept once", async (t) => {
  const { url, owner } = await sentMonth(t, 6, (n) => (n === 4 ? { channelPlan: "email" } : {}));
  const { origin } = await startReceipts(t, url);
  const batch = [
    event(1, "delivered"),
    event(2, "complained"),
    ...[event(3, "bounced"), event(4, "bounced"), event(5, "bounced", { bounce: "soft", id: "5-soft" })],
    event(77, "delivered"),
  ];
  const first = await post(origin, batch);
  assert.equal(first.status, 200);
  assert.deepEqual(effects(first), ["moved", "moved", "moved", "moved", "recorded-only", "unknown-message"]);
  const expected = [
    ...["1 DELIVERED m1 email delivered", "2 DELIVERED m1 email delivered", "3 SCHEDULED m1 sms fallback"],
    ...["4 DEAD m1 email bounced", "5 SENT m1 email sent", "6 SENT m1 email sent"],
  ];
  assert.deepEqual(await stand(owner), expected);
  const again = await post(origin, { events: [...batch, event(6, "delivered"), event(6, "delivered")] });
  assert.deepEqual(effects(again), [...batch.map(() => "repeated"), "moved", "repeated"]);
  assert.deepEqual(await stand(owner), [...expected.slice(0, 5), "6 DELIVERED m1 email delivered"]);
  const { rows } = await owner.query(
    `select (select count(*) from receipts) as receipts, (select count(*) from suppressions) as suppressed,
            (select string_agg(channel || ' ' || cause || ' ' || detail, ',') from dead_letters) as letters,
            (select due_at <= billing_now() from notifications where bill_id % 10000000000 = 3) as due`,
  );
  assert.deepEqual(rows, [{ receipts: 7, suppressed: 3, letters: "email bounced 5.1.1", due: true }]);
});

test("one bad event of a batch is named and does not lose the good ones; a batch of bad ones only is 422", async (t) => {
  const { url, owner } = await sentMonth(t, 2);
  const { origin } = await startReceipts(t, url);
  const bad = { ...event(1, "delivered"), kind: "opened", key: "who@example.com" };
  const mixed = await post(origin, [event(1, "delivered"), bad, event(2, "delivered")]);
  assert.equal(mixed.status, 200);
  const [, answer] = mixed.body["events"] as Record<string, unknown>[];
  assert.deepEqual([answer?.["index"], answer?.["status"]], [1, "rejected"]);
  assert.match(String(answer?.["problems"]), /^kind: /);
  assert.deepEqual(await stand(owner), ["1 DELIVERED m1 email delivered", "2 DELIVERED m1 email delivered"]);
  const hopeless = await post(origin, bad);
  assert.equal(hopeless.status, 422);
  const { rows } = await owner.query("select count(*) as n from receipts");
  assert.deepEqual(rows, [{ n: 2 }]);
});

test("what is not signed, not fresh, not JSON, too long or elsewhere is refused, and nothing is kept", async (t) => {
  const { url, owner } = await sentMonth(t, 1);
  const { origin, process: receipts } = await startReceipts(t, url, {
    RECEIPT_BODY_BYTES: "2000",
    RECEIPT_BATCH: "3",
  });
  const document = event(1, "delivered");
  const [other] = parseWebhookKeys(`x:${Buffer.alloc(32, 6).toString("base64")}`);
  const body = Buffer.from(JSON.stringify(document));
  assert.ok(other);
  const forged = await post(origin, document, signWebhook(other, body, Date.now()));
  assert.deepEqual([forged.status, forged.body["title"]], [401, "wrong-signature"]);
  const stale = await post(origin, document, signWebhook(testKey, body, Date.now() - 301_000));
  assert.deepEqual([stale.status, stale.body["title"]], [401, "outside-window"]);
  const bare = await post(origin, document, { "receipt-signature": "" });
  assert.equal(bare.status, 401);
  assert.equal((await post(origin, document, { "content-type": "text/plain" })).status, 415);
  assert.equal((await post(origin, document, {}, "Email")).status, 404);
  assert.equal((await post(origin, "{")).status, 400);
  assert.equal((await post(origin, [1, 2, 3, 4])).status, 400);
  assert.equal((await post(origin, { ...document, padding: "x".repeat(3_000) })).status, 413);
  const got = await fetch(`${origin}/v1/receipts/email`);
  assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
  assert.deepEqual(await stand(owner), ["1 SENT m1 email sent"]);
  assert.equal((await post(origin, document)).status, 200, "the same event, signed, is taken");
  assert.deepEqual(await stand(owner), ["1 DELIVERED m1 email delivered"]);
  receipts.child.kill("SIGTERM");
  assert.equal(await receipts.ended, 0, receipts.stderr());
});

test("a receipt by the provider's number that comes before the result waits for it and is applied then", async (t) => {
  const { url, owner } = await sentMonth(t, 2);
  const { origin } = await startReceipts(t, url);
  const attempts = await owner.query(
    "delete from notification_attempts where bill_id % 10000000000 = 1 returning *",
  );
  assert.equal(attempts.rowCount, 1);
  const byNumber = (number: number, changes: object = {}): object =>
    event(number, "delivered", { key: undefined, messageId: `p-${number}`, ...changes });
  const answer = await post(origin, [
    byNumber(1),
    byNumber(2),
    byNumber(1, { id: "stranger", messageId: "q-1" }),
  ]);
  assert.deepEqual(effects(answer), ["waiting", "moved", "waiting"]);
  assert.deepEqual(await stand(owner), ["1 SENT m1 email sent", "2 DELIVERED m1 email delivered"]);
  await owner.query(
    `insert into notification_attempts (bill_id, generation, message_generation, channel, attempt, seq, outcome,
                                        provider_message_id, started_at, duration_ms)
     select bill_id, 1, 1, 'email', 1, 1, 'accepted', 'p-1', clock_timestamp(), 5 from notifications
      where bill_id % 10000000000 = 1`,
  );
  await until(
    "the receipt to find its message",
    async () => (await stand(owner))[0]?.includes("DELIVERED") === true,
  );
  const { rows } = await owner.query(
    "select event_id, effect, from_state, to_state from receipts order by event_id",
  );
  assert.deepEqual(rows, [
    { event_id: "1-delivered", effect: "moved", from_state: "SENT", to_state: "DELIVERED" },
    { event_id: "2-delivered", effect: "moved", from_state: "SENT", to_state: "DELIVERED" },
    { event_id: "stranger", effect: null, from_state: null, to_state: null },
  ]);
  await assert.rejects(
    owner.query("update receipts set effect = 'moved' where effect is not null"),
    /append-only/,
  );
  await assert.rejects(owner.query("delete from receipts"), /append-only/);
});

test("of two messages with one provider's number neither moves", async (t) => {
  const { url, owner } = await sentMonth(t, 2);
  await owner.query("update notification_attempts set provider_message_id = 'p'");
  const { origin } = await startReceipts(t, url);
  const answer = await post(origin, event(1, "bounced", { key: undefined, messageId: "p" }));
  assert.deepEqual(effects(answer), ["ambiguous"]);
  assert.deepEqual(await stand(owner), ["1 SENT m1 email sent", "2 SENT m1 email sent"]);
});

test("a receipt of a former message, or of a bill that a later generation changed, sends nothing", async (t) => {
  const { url, owner } = await sentMonth(t, 3);
  const { origin } = await startReceipts(t, url);
  await owner.query("update notifications set message_generation = 2 where bill_id % 10000000000 = 1");
  await owner.query("update generations set state = 'superseded'");
  await insertLiveGeneration(owner, { period: address.period, generation: 2 }, 3);
  // Bill 2 changed and has a message of its own; bill 3 is the same and has none.
  await owner.query("update bills set digest = 'other' where generation = 2 and bill_id % 10000000000 = 2");
  await owner.query("delete from notifications where generation = 2 and bill_id % 10000000000 <> 2");
  const answer = await post(origin, [event(1, "bounced"), event(2, "bounced"), event(3, "bounced")]);
  assert.deepEqual(effects(answer), ["stale-message", "moved", "moved"]);
  assert.deepEqual((await stand(owner)).slice(0, 3), [
    ...["1 SENT m2 email sent", "2 SUPERSEDED m1 email superseded", "3 SCHEDULED m1 sms fallback"],
  ]);
  const { rows } = await owner.query("select count(*) as n from suppressions");
  assert.deepEqual(rows, [{ n: 3 }], "the address bounced, whatever becomes of the message");
});

test("what was given up because nobody knew leaves the open list when a receipt tells", async (t) => {
  const { url, owner } = await sentMonth(t, 3, (n) => (n === 3 ? { channelPlan: "email" } : {}));
  await owner.query(
    `with dead as (update notifications set state = 'DEAD', reason = 'unknown-outcome', unknown_outcomes = 6 returning *)
     insert into dead_letters (bill_id, generation, message_generation, channel, cause)
     select bill_id, generation, message_generation, channel, reason from dead`,
  );
  const { origin } = await startReceipts(t, url);
  await post(origin, [event(1, "delivered"), event(2, "bounced"), event(3, "bounced")]);
  assert.deepEqual(await stand(owner), [
    ...["1 DELIVERED m1 email delivered", "2 SCHEDULED m1 sms fallback", "3 DEAD m1 email bounced"],
  ]);
  const { rows } = await owner.query(
    "select bill_id % 10000000000 as n, cause from dead_letters where redriven_at is null",
  );
  assert.deepEqual(rows, [{ n: 3, cause: "bounced" }]);
});

test("killed before its commit nothing is kept, and after it the repetition changes nothing", async (t) => {
  const { url, owner } = await sentMonth(t, 40);
  const batch = Array.from({ length: 40 }, (_, index) =>
    event(index + 1, index % 2 === 0 ? "bounced" : "delivered"),
  );
  const before = await startReceipts(t, url, { FAULT_POINT: "receipts.before-commit" });
  await assert.rejects(post(before.origin, batch));
  assert.equal(await before.process.ended, "SIGKILL");
  assert.ok((await stand(owner)).every((row) => row.includes("SENT")));
  const after = await startReceipts(t, url, { FAULT_POINT: "receipts.after-commit" });
  await assert.rejects(post(after.origin, batch));
  assert.equal(await after.process.ended, "SIGKILL");
  const moved = await stand(owner);
  assert.equal(moved.filter((row) => row.includes("SCHEDULED m1 sms fallback")).length, 20);
  const whole = await startReceipts(t, url);
  const answer = await post(whole.origin, batch);
  assert.deepEqual(new Set(effects(answer)), new Set(["repeated"]));
  assert.deepEqual(await stand(owner), moved);
  const { rows } = await owner.query(
    "select (select count(*) from receipts) as receipts, (select count(*) from suppressions) as suppressed",
  );
  assert.deepEqual(rows, [{ receipts: 40, suppressed: 20 }]);
});

test("the same events to two processes at the same time are applied once", async (t) => {
  const { url, owner } = await sentMonth(t, 100);
  const doors = [await startReceipts(t, url), await startReceipts(t, url)];
  const batch = Array.from({ length: 100 }, (_, index) => event(index + 1, "bounced"));
  const shuffled = batch.toReversed();
  const answers = await Promise.all(
    [batch, shuffled, batch, shuffled].map((events, at) => post(doors[at % 2]?.origin ?? "", events)),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  const { rows } = await owner.query(
    `select (select count(*) from receipts where effect = 'moved') as moved, (select count(*) from suppressions) as suppressed,
            (select count(*) from notifications where state = 'SCHEDULED' and channel = 'sms' and bounced = 'email') as texted`,
  );
  assert.deepEqual(rows, [{ moved: 100, suppressed: 100, texted: 100 }]);
});

test("while the database is away the answer is 503, and no log line holds anything that was sent", async (t) => {
  const { url, owner } = await sentMonth(t, 1);
  const { origin, process: receipts } = await startReceipts(t, url);
  await post(origin, event(1, "bounced", { recipient: "kim@example.com", id: "kim@example.com" }));
  await post(origin, event(1, "opened", { key: "kim@example.com" }));
  await owner.query("alter table receipts rename to receipts_away");
  const answer = await post(origin, event(1, "delivered", { code: "kim.example", id: "kim-2" }));
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "5"]);
  await owner.query("alter table receipts_away rename to receipts");
  assert.equal((await post(origin, event(1, "delivered", { id: "kim-2" }))).status, 200);
  assert.doesNotMatch(receipts.stderr(), /kim/);
  assert.match(receipts.stderr(), /receipts not recorded/);
});
