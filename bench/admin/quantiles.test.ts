import assert from "node:assert/strict";
import { test } from "node:test";
import { quantilesOf } from "./quantiles.ts";

test("quantiles are calls that were made: of 200 the 100th, the 198th and the last", () => {
  const calls = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.deepEqual(quantilesOf(calls), { p50: 100, p99: 198, max: 200 });
  assert.deepEqual(quantilesOf([3.14159]), { p50: 3.1, p99: 3.1, max: 3.1 });
  assert.throws(() => quantilesOf([]), RangeError);
});
