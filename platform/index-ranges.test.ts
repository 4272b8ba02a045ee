import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatIndexRanges, parseIndexRanges } from "./index-ranges.ts";

test("runs of indexes are written as ranges", () => {
  assert.equal(formatIndexRanges([]), "");
  assert.equal(formatIndexRanges([7, 0, 1, 2, 3]), "0-3,7");
  assert.deepEqual(parseIndexRanges("1,3-5,7"), [1, 3, 4, 5, 7]);
});

test("what is written is read again", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(2_000)), (indexes) => {
      assert.deepEqual(
        parseIndexRanges(formatIndexRanges(indexes)),
        indexes.sort((a, b) => a - b),
      );
    }),
  );
});

for (const text of ["1-", "a", "3-1", "2,1", "1,1", "0-2,2", " 1", "0-9999999"]) {
  test(`"${text}" is refused`, () => {
    assert.throws(() => parseIndexRanges(text), RangeError);
  });
}
