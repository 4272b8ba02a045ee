import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exponentialBackoff } from "./backoff.ts";

test("without luck the delay doubles up to the longest", () => {
  const backoff = exponentialBackoff({ baseMs: 100, maxMs: 1000 }, () => 0);
  assert.deepEqual([1, 2, 3, 4, 5, 500].map(backoff), [100, 200, 400, 800, 1000, 1000]);
});

test("whatever the luck, a delay is at least half of the full one, and never longer", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), random, (failures, luck) => {
      const options = { baseMs: 5, maxMs: 60_000 };
      const full = exponentialBackoff(options, () => 0)(failures);
      const delay = exponentialBackoff(options, () => luck)(failures);
      assert.ok(delay > 0 && delay >= full / 2 && delay <= full);
    }),
  );
});
