import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEpochDay } from "./epoch-day.ts";
import { parsePeriod } from "./period.ts";

test("a period is the half-open range of its days", () => {
  const december = parsePeriod("2026-12");
  assert.equal(formatEpochDay(december.start), "2026-12-01");
  assert.equal(formatEpochDay(december.end), "2027-01-01");
  assert.equal(december.days, 31);
  assert.equal(parsePeriod("2028-02").days, 29);
});

test("anything but YYYY-MM is refused with what was expected", () => {
  for (const text of ["2026-13", "2026-1", "202610", "2026-10-01", ""])
    assert.throws(() => parsePeriod(text), { name: "RangeError", message: /YYYY-MM/ });
});
