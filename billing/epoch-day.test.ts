import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addMonths,
  daysInMonth,
  formatEpochDay,
  parseEpochDay,
  toCivilDate,
  toEpochDay,
  wholeMonthsBetween,
} from "./epoch-day.ts";

const DAY_MS = 86_400_000;
const day = fc.integer({ min: -100_000, max: 100_000 });

test("conversions agree with the platform's calendar", () => {
  fc.assert(
    fc.property(day, (epochDay) => {
      const date = new Date(epochDay * DAY_MS);
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
      assert.deepEqual(toCivilDate(epochDay), civil);
      assert.equal(toEpochDay(civil.year, civil.month, civil.day), epochDay);
    }),
  );
});

test("a text of a day is read back, and days that do not exist are refused", () => {
  fc.assert(
    fc.property(day, (epochDay) => {
      assert.equal(parseEpochDay(formatEpochDay(epochDay)), epochDay);
    }),
  );
  for (const text of ["2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "20260101"])
    assert.equal(parseEpochDay(text), null);
  assert.equal(daysInMonth(2028, 2), 29);
  assert.equal(daysInMonth(2100, 2), 28);
  assert.equal(daysInMonth(2026, 12), 31);
});

test("months later end at the month's last day", () => {
  const later = (from: string, months: number) => formatEpochDay(addMonths(parseEpochDay(from) ?? 0, months));
  assert.equal(later("2026-01-31", 1), "2026-02-28");
  assert.equal(later("2026-01-31", 13), "2027-02-28");
  assert.equal(later("2024-02-29", 24), "2026-02-28");
  assert.equal(later("2026-12-15", 1), "2027-01-15");
  assert.equal(later("2026-03-15", -3), "2025-12-15");
});

test("whole months are the most months that fit", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 4000 }), (from, length) => {
      const months = wholeMonthsBetween(from, from + length);
      assert.ok(addMonths(from, months) <= from + length);
      assert.ok(addMonths(from, months + 1) > from + length);
    }),
  );
});
