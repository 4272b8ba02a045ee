import assert from "node:assert/strict";
import test from "node:test";
import { decodeDeadLetter, encodeDeadLetter, type DeadLetter } from "./dead-letter.ts";

const LETTER: DeadLetter = {
  v: 1,
  kind: "message",
  period: "2026-10",
  billId: 2026100000000001,
  generation: 1,
  messageGeneration: 2,
  seq: 9,
  channel: "sms",
  cause: "permanent",
  diedAt: "2026-11-01T00:00:00.000Z",
};

test("both kinds go there and back", () => {
  const poison: DeadLetter = {
    v: 1,
    kind: "poison",
    topic: "billing.notifications.email",
    partition: 3,
    offset: "9007199254740993",
    cause: "not-json",
    diedAt: LETTER.diedAt,
  };
  for (const letter of [LETTER, poison]) {
    assert.deepEqual(decodeDeadLetter(Buffer.from(encodeDeadLetter(letter))), letter);
  }
});

test("a cause is a code: a provider's sentence with an address in it is refused", () => {
  assert.throws(() => encodeDeadLetter({ ...LETTER, cause: "550 no such user kim@example.com" }));
});

test("a field that the contract does not know never reaches the topic", () => {
  const withAddress = { ...LETTER, to: "kim@example.com" };
  assert.equal(encodeDeadLetter(withAddress).includes("kim"), false);
});

test("what is no dead letter is null", () => {
  for (const text of [null, "", "{", "{}", '{"v":2,"kind":"message"}'])
    assert.equal(decodeDeadLetter(text), null);
});
