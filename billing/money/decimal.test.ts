import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDecimal, formatGrouped, parseDecimal } from "./decimal.ts";

test("decimals are read exactly", () => {
  assert.equal(parseDecimal("1.98", 6), 1_980_000);
  assert.equal(parseDecimal("0.000001", 6), 1);
  assert.equal(parseDecimal("-15", 4), -150_000);
  assert.equal(parseDecimal("22.5280000", 6), 22_528_000);
  assert.equal(parseDecimal("1.005", 2), "too-many-decimals");
  assert.equal(parseDecimal("9007199254740992", 0), "too-large");
  for (const text of ["", "1e3", ".5", "1.", "+1", "0x10", "1,000", " 1"])
    assert.equal(parseDecimal(text, 3), "not-a-decimal");
});

test("what is written is read back", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 6 }), (value, scale) => {
      assert.equal(parseDecimal(formatDecimal(value, scale), scale), value);
    }),
  );
});

test("amounts are grouped for people", () => {
  assert.equal(formatGrouped(1_234_567, 2, 2), "12,345.67");
  assert.equal(formatGrouped(-2990, 2, 2), "-29.90");
  assert.equal(formatGrouped(10_485_760, 3), "10,485.76");
  assert.equal(formatGrouped(5, 0), "5");
});
