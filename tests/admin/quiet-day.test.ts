import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  acrossMidnight,
  quietStretches,
  restOfDay,
  stretchText,
  type Stretch,
} from "../../admin/dashboard/browser/quiet-day.ts";
import { DAY_MINUTES, quietMinutesLeft } from "../../notification/quiet-window.ts";

const time = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
const within = (stretches: readonly Stretch[], minute: number): boolean =>
  stretches.some(({ fromMinute, toMinute }) => minute >= fromMinute && minute < toMinute);

const window = fc.record({
  startMinute: fc.integer({ min: 0, max: DAY_MINUTES - 1 }),
  endMinute: fc.integer({ min: 0, max: DAY_MINUTES }),
});

void test("the picture of a day shades just the minutes in which delivery is quiet", () => {
  fc.assert(
    fc.property(fc.array(window, { maxLength: 8 }), (windows) => {
      const quiet = quietStretches(
        windows.map(({ startMinute, endMinute }) => ({ start: time(startMinute), end: time(endMinute) })),
      );
      const free = restOfDay(quiet);
      for (let minute = 0; minute < DAY_MINUTES; minute++) {
        const isQuiet = quietMinutesLeft(windows, minute) > 0;
        assert.equal(within(quiet, minute), isQuiet, `quiet at ${time(minute)}`);
        assert.equal(within(free, minute), !isQuiet, `free at ${time(minute)}`);
      }
      for (const { fromMinute, toMinute } of quiet) assert.ok(fromMinute < toMinute);
    }),
    { numRuns: 60 },
  );
});

void test("hours across midnight are said as one; half-typed and equal times are none", () => {
  const said = (...windows: (readonly [string, string])[]): string =>
    acrossMidnight(quietStretches(windows.map(([start, end]) => ({ start, end }))))
      .map(stretchText)
      .join(", ");
  assert.equal(said(["22:00", "08:00"], ["12:00", "13:00"], ["12:30", "14:00"]), "12:00–14:00, 22:00–08:00");
  assert.equal(said(["22:00", "00:00"]), "22:00–24:00");
  assert.equal(said(["22:00", "24:00"], ["00:00", "06:00"]), "22:00–06:00");
  assert.equal(said(["", "08:00"], ["09:00", "09:00"]), "");
});
