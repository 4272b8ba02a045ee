import assert from "node:assert/strict";
import { test } from "node:test";
import type { Receipt } from "../database/receipts/receipt-row.ts";
import { readEvents, type ReadEvents } from "./read-events.ts";

const key = "2026100000000001.g1:email:m1";
const event = { id: "e-1", kind: "delivered", key, occurredAt: "2026-11-02T12:00:00+09:00" };
const at = Date.parse(event.occurredAt);

function read(document: unknown, source = "email"): ReadEvents {
  const reading = readEvents(source, Buffer.from(JSON.stringify(document)), 10);
  assert.ok("receipts" in reading, JSON.stringify(reading));
  return reading;
}

function receipt(changes: object, source = "email"): Receipt {
  const { receipts, rejected } = read({ ...event, ...changes }, source);
  assert.deepEqual(rejected, []);
  assert.ok(receipts[0]);
  return receipts[0].receipt;
}

function problems(changes: object, source = "email"): readonly string[] {
  const { receipts, rejected } = read({ ...event, ...changes }, source);
  assert.deepEqual(receipts, []);
  return rejected[0]?.problems ?? [];
}

test("an event by our key, or by the provider's number and a channel", () => {
  assert.deepEqual(receipt({ code: "2.0.0", recipient: "who@example.com" }), {
    ...{ eventId: "e-1", kind: "delivered", code: "2.0.0", channel: "email", occurredAtMs: at },
    message: { billId: 2026100000000001, generation: 1, channel: "email", messageGeneration: 1 },
    providerMessageId: null,
  });
  const byNumber = receipt({ key: undefined, messageId: "p-7" });
  assert.deepEqual([byNumber.message, byNumber.providerMessageId, byNumber.channel], [null, "p-7", "email"]);
  assert.equal(receipt({ key: undefined, messageId: "p-7", channel: "sms" }, "acme").channel, "sms");
});

test("kinds: a bounce says whether it is for good", () => {
  assert.equal(receipt({ kind: "bounced", bounce: "hard" }).kind, "hard-bounce");
  assert.equal(receipt({ kind: "bounced", bounce: "soft" }).kind, "soft-bounce");
  assert.equal(receipt({ kind: "complained" }).kind, "complaint");
  assert.deepEqual(problems({ kind: "bounced" }), ["bounce: say hard or soft"]);
  assert.deepEqual(problems({ bounce: "hard" }), ["bounce: only of kind bounced"]);
});

test("one event, a list, or {events}; of a batch the bad ones are named and the others are kept", () => {
  assert.equal(read(event).receipts.length, 1);
  assert.equal(read([event, event]).receipts.length, 2);
  const mixed = read({ events: [event, { ...event, id: "" }, null, { ...event, key: "nonsense" }, event] });
  assert.deepEqual(
    mixed.receipts.map(({ index }) => index),
    [0, 4],
  );
  assert.deepEqual(
    mixed.rejected.map(({ index }) => index),
    [1, 2, 3],
  );
});

test("all problems of an event at once, each with its field, and no value of it", () => {
  const secret = "kim@example.com";
  const told = problems({
    id: `${secret} x`,
    kind: secret,
    code: secret,
    occurredAt: secret,
    channel: secret,
  });
  assert.deepEqual(
    told.map((problem) => problem.split(":")[0]),
    ["id", "kind", "channel", "occurredAt", "code"],
  );
  assert.ok(!told.join().includes("kim"), told.join());
  assert.ok(!problems({ key: secret }).join().includes("kim"));
});

test("what does not say which message it is about, or contradicts itself", () => {
  assert.match(problems({ key: undefined }).join(), /^key or messageId/);
  assert.match(problems({ key: undefined, messageId: "p-7" }, "acme").join(), /^channel: needed/);
  assert.deepEqual(problems({ channel: "sms" }), ["channel: is not that of the key"]);
  assert.match(problems({ key: "2026100000000001.g1:fax:m1" }).join(), /^key: must be the idempotency key/);
});

test("a body that is no batch", () => {
  const body = (text: string | Buffer): unknown => readEvents("email", Buffer.from(text as string), 2);
  assert.deepEqual(body("{"), { problem: "the body is no JSON in UTF-8" });
  assert.deepEqual(body(Buffer.from([0x22, 0xff, 0x22])), { problem: "the body is no JSON in UTF-8" });
  assert.deepEqual(body("[]"), { problem: "there is no event in the body" });
  assert.deepEqual(body("[1,2,3]"), { problem: "send at most 2 events at once" });
  for (const text of ["1", "null", '"text"', '{"events":1}']) {
    assert.match((body(text) as { problem: string }).problem, /must be an event/, text);
  }
});
