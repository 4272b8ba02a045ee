import assert from "node:assert/strict";
import { test } from "node:test";
import { maskedRow, maskField } from "./mask-field.ts";

test("contacts are masked, other values shown", () => {
  assert.equal(maskField("email", "test1234@test.com"), "test****@test.com");
  assert.equal(maskField("email", "ab@test.com"), "a****@test.com");
  assert.equal(maskField("email", "a@test.com"), "****@test.com");
  assert.equal(maskField("email", "not an address"), "****");
  assert.equal(maskField("phone", "01056781234"), "010-****-1234");
  assert.equal(maskField("name", "김민준"), "김**");
  assert.equal(maskField("currency", "ZZZ"), "ZZZ");
});

test("a row is CSV again, with its contacts masked", () => {
  const row = new Map([
    ["account", "7"],
    ["name", 'Quote, "Q"'],
    ["email", "someone@example.com"],
    ["family", "a,b"],
  ]);
  assert.equal(maskedRow(row), '7,Q**,some****@example.com,"a,b"');
});
