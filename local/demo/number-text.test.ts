import assert from "node:assert/strict";
import { test } from "node:test";
import { amountText, durationText } from "./number-text.ts";

test("amounts stand in the currency's own digits, however large", () => {
  assert.equal(amountText(45_000_000_000_000_000n, "KRW"), "45,000,000,000,000,000 KRW");
  assert.equal(amountText(123_405n, "USD"), "1,234.05 USD");
  assert.equal(amountText(7n, "USD"), "0.07 USD");
});

test("durations read in minutes from a minute on", () => {
  assert.deepEqual([durationText(12_400), durationText(185_000)], ["12 s", "3 min 5 s"]);
});
