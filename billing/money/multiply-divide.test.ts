import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { multiplyDivide, multiplyDivideBig } from "./multiply-divide.ts";

const safe = fc.maxSafeInteger();
const divisor = fc.oneof(
  fc.constantFrom(2, 28, 29, 30, 31, 1_000_000, 10 ** 7, 10 ** 9),
  fc.integer({ min: 1, max: 2 ** 31 }),
);

/** Half away from zero, by the definition: the nearest integer, of two equally near the one farther from zero. */
function nearest(product: bigint, by: bigint): bigint {
  const down = product / by;
  const rest = product - down * by;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  return twice < by ? down : down + (product < 0n ? -1n : 1n);
}

for (const [name, operation] of [
  ["multiplyDivide", multiplyDivide],
  ["multiplyDivideBig", multiplyDivideBig],
] as const) {
  test(`${name} is the nearest integer, halves away from zero`, () => {
    fc.assert(
      fc.property(safe, safe, divisor, (a, b, by) => {
        const expected = nearest(BigInt(a) * BigInt(b), BigInt(by));
        const result = operation(a, b, by);
        if (expected > BigInt(Number.MAX_SAFE_INTEGER) || expected < -BigInt(Number.MAX_SAFE_INTEGER))
          assert.ok(Number.isNaN(result));
        else assert.equal(BigInt(result), expected);
      }),
      { numRuns: 5000 },
    );
  });
}

test("the fast path agrees with BigInt around 2^53, where a quotient of doubles rounds up", () => {
  const near = fc.integer({ min: 0, max: 5000 }).map((below) => Number.MAX_SAFE_INTEGER - below);
  fc.assert(
    fc.property(near, divisor, fc.boolean(), (product, by, negative) => {
      const factor = negative ? -product : product;
      assert.equal(BigInt(multiplyDivide(factor, 1, by)), nearest(BigInt(factor), BigInt(by)));
    }),
    { numRuns: 5000 },
  );
});

test("no result is -0, which would change a digest", () => {
  assert.ok(Object.is(multiplyDivide(-1, 1, 1000), 0));
  assert.ok(Object.is(multiplyDivideBig(-1, 1, 1000), 0));
  assert.ok(Object.is(multiplyDivide(0, -5, 1000), 0));
});

test("what is no safe integer gives NaN", () => {
  assert.ok(Number.isNaN(multiplyDivide(Number.NaN, 1, 1)));
  assert.ok(Number.isNaN(multiplyDivide(Number.MAX_SAFE_INTEGER, 3, 2)));
  assert.ok(Number.isNaN(multiplyDivide(2 ** 53, 2, 2)));
});
