import assert from "node:assert/strict";
import { test } from "node:test";
import { isSameAmount } from "./same-amount.ts";

test("an amount is the same however its digits are grouped, and no other amount is", () => {
  assert.ok(isSameAmount("697812345", "697,812,345 KRW"));
  assert.ok(isSameAmount("697,812,345 krw", "697,812,345 KRW"));
  assert.ok(isSameAmount("12.50", "12.50 USD"));
  for (const typed of ["", "y", "697812344", "69781234", "6978123450"]) {
    assert.ok(!isSameAmount(typed, "697,812,345 KRW"), typed);
  }
});
