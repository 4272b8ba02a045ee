import assert from "node:assert/strict";
import { test } from "node:test";
import { covers, dateOf, earliestWantedMs, minuteOfDay, windowsOf } from "./member-wishes.ts";

const seoul = { timeZone: "Asia/Seoul", sendDay: null, quietStart: null, quietEnd: null };
const night = [[22 * 60, 8 * 60]] as const;
const releasedAtMs = Date.parse("2026-11-01T00:00:00+09:00");

test("windows are half-open, cross midnight, and start = end is none", () => {
  const window = night[0];
  const quiet = [22 * 60, 23 * 60 + 59, 0, 8 * 60 - 1];
  const free = [8 * 60, 12 * 60, 22 * 60 - 1];
  assert.deepEqual(
    quiet.map((minute) => covers(window, minute)),
    quiet.map(() => true),
  );
  assert.deepEqual(
    free.map((minute) => covers(window, minute)),
    free.map(() => false),
  );
  assert.equal(covers([600, 600], 600), false);
});

test("the minute is that of the member's zone, also on the day the clocks change", () => {
  assert.equal(minuteOfDay(Date.parse("2026-11-01T00:30:00+09:00"), "Asia/Seoul"), 30);
  // New York falls back at 06:00 UTC on this day: 01:30 comes twice.
  assert.equal(minuteOfDay(Date.parse("2026-11-01T05:30:00Z"), "America/New_York"), 90);
  assert.equal(minuteOfDay(Date.parse("2026-11-01T06:30:00Z"), "America/New_York"), 90);
  assert.equal(minuteOfDay(Date.parse("2026-11-01T07:30:00Z"), "America/New_York"), 150);
});

test("the date is that of the member's calendar", () => {
  assert.equal(dateOf(releasedAtMs - 1, "Asia/Seoul"), "2026-10-31");
  assert.equal(dateOf(releasedAtMs, "Asia/Seoul"), "2026-11-01");
  assert.equal(dateOf(releasedAtMs, "America/New_York"), "2026-10-31");
});

test("a member's window counts beside the system's, unless the two fill the day", () => {
  assert.equal(windowsOf({ ...seoul, quietStart: 720, quietEnd: 780 }, night).length, 2);
  assert.deepEqual(windowsOf({ ...seoul, quietStart: 480, quietEnd: 1320 }, night), night);
  assert.deepEqual(windowsOf(seoul, night), night);
});

test("a send day is the first such day at or after the release, the release's own day counting", () => {
  const wanted = (sendDay: number, timeZone = "Asia/Seoul"): string =>
    new Date(earliestWantedMs({ ...seoul, sendDay, timeZone }, releasedAtMs)).toISOString();
  assert.equal(wanted(15), "2026-11-14T15:00:00.000Z");
  assert.equal(wanted(1), "2026-10-31T15:00:00.000Z");
  // In Los Angeles it is still the 31st of October: its 1st begins eight hours later.
  assert.equal(wanted(1, "America/Los_Angeles"), "2026-11-01T07:00:00.000Z");
  assert.equal(earliestWantedMs(seoul, releasedAtMs), releasedAtMs);
});
