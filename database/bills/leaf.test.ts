import assert from "node:assert/strict";
import { test } from "node:test";
import { billId, billIdRange } from "./leaf.ts";

test("a bill's number tells month and account, and stays a safe integer", () => {
  assert.equal(billId("2026-10", 1), 2026100000000001);
  assert.equal(billId("2026-10", 9_999_999_999), 2026109999999999);
  assert.ok(Number.isSafeInteger(billId("8999-12", 9_999_999_999)));
});

test("months follow one another without a gap, over the end of a year too", () => {
  assert.deepEqual(billIdRange("2026-12"), { from: 2026120000000000, to: 2027010000000000 });
  assert.equal(billIdRange("2026-11").to, billIdRange("2026-12").from);
  for (const account of [1, 9_999_999_999]) {
    const { from, to } = billIdRange("2026-12");
    const id = billId("2026-12", account);
    assert.ok(id >= from && id < to);
  }
});
