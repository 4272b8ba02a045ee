import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { DateTime } from "luxon";
import { isQuiet, nextAllowedInstant, unionOfWindows } from "./quiet-hours.ts";
import { coversWholeDay, quietWindowProblems, type QuietWindow } from "./quiet-window.ts";

const MINUTE_MS = 60_000;
const ZONES = ["Asia/Seoul", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"];

/** The rule as a person would say it, with another library's clock: is this local minute in any window? */
function quietByLuxon(instantMs: number, zone: string, windows: readonly QuietWindow[]): boolean {
  const local = DateTime.fromMillis(instantMs, { zone });
  const minute = local.hour * 60 + local.minute;
  return windows.some(({ startMinute, endMinute }) =>
    startMinute <= endMinute
      ? minute >= startMinute && minute < endMinute
      : minute >= startMinute || minute < endMinute,
  );
}

/** Tries every minute, one after the other. */
function firstAllowedByTrying(instantMs: number, zone: string, windows: readonly QuietWindow[]): number {
  if (!quietByLuxon(instantMs, zone, windows)) return instantMs;
  let triedMs = Math.ceil(instantMs / MINUTE_MS) * MINUTE_MS;
  while (quietByLuxon(triedMs, zone, windows)) triedMs += MINUTE_MS;
  return triedMs;
}

const windows = fc
  .array(
    fc.record({
      startMinute: fc.integer({ min: 0, max: 1439 }),
      endMinute: fc.integer({ min: 0, max: 1440 }),
    }),
    {
      maxLength: 4,
    },
  )
  .filter((candidate) => !coversWholeDay(candidate));

/** Half of the instants lie within a day of a change of the clocks. */
const instant = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) }),
  fc
    .tuple(
      fc.constantFrom(
        Date.UTC(2026, 2, 8, 7), // New York springs forward
        Date.UTC(2026, 10, 1, 6), // and falls back
        Date.UTC(2026, 2, 29, 1), // Berlin
        Date.UTC(2026, 9, 25, 1),
        Date.UTC(2026, 3, 4, 15), // Lord Howe, by half an hour
        Date.UTC(2026, 9, 3, 15, 30),
      ),
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
    )
    .map(([change, off]) => change + off),
);

test("the next allowed instant is the one found by trying every minute, in every zone and across DST", () => {
  fc.assert(
    fc.property(instant, fc.constantFrom(...ZONES), windows, (instantMs, zone, quiet) => {
      const found = nextAllowedInstant(instantMs, zone, quiet);
      assert.equal(found, firstAllowedByTrying(instantMs, zone, quiet));
      assert.equal(isQuiet(found, { zone, windows: quiet }), false);
      assert.equal(isQuiet(instantMs, { zone, windows: quiet }), found !== instantMs);
    }),
    { numRuns: 600 },
  );
});

test("22:00-08:00 in Seoul is half-open and crosses midnight", () => {
  const night = [{ startMinute: 22 * 60, endMinute: 8 * 60 }];
  const at = (time: string): number => Date.parse(`2026-11-01T${time}+09:00`);
  const next = (time: string): number => nextAllowedInstant(at(time), "Asia/Seoul", night);
  assert.equal(next("21:59:59.999"), at("21:59:59.999"));
  assert.equal(next("22:00:00"), Date.parse("2026-11-02T08:00:00+09:00"));
  assert.equal(next("00:00:00"), at("08:00:00"));
  assert.equal(next("07:59:59.999"), at("08:00:00"));
  assert.equal(next("08:00:00"), at("08:00:00"));
});

test("start = end means none, not all day", () => {
  const none = [{ startMinute: 600, endMinute: 600 }];
  assert.equal(nextAllowedInstant(0, "Asia/Seoul", none), 0);
  assert.equal(coversWholeDay(none), false);
});

test("a window that ends in the hour that spring skips ends at the jump", () => {
  const window = [{ startMinute: 60, endMinute: 150 }]; // 01:00-02:30; 02:00-03:00 does not exist that night
  const found = nextAllowedInstant(Date.parse("2026-03-08T01:30:00-05:00"), "America/New_York", window);
  assert.equal(new Date(found).toISOString(), "2026-03-08T07:00:00.000Z");
});

test("windows that leave no minute free are refused when validated and never looped over", () => {
  const whole = [
    { startMinute: 22 * 60, endMinute: 8 * 60 },
    { startMinute: 8 * 60, endMinute: 22 * 60 },
  ];
  assert.deepEqual(quietWindowProblems(whole), ["windows leave no minute of the day free"]);
  assert.throws(() => nextAllowedInstant(0, "Asia/Seoul", whole), RangeError);
  assert.deepEqual(unionOfWindows(whole.slice(0, 1), whole.slice(1)), whole.slice(0, 1));
});

test("every bad bound of a window is named", () => {
  assert.deepEqual(
    quietWindowProblems([
      { startMinute: 1440, endMinute: 1441 },
      { startMinute: 1.5, endMinute: 2 },
    ]),
    [
      "[0].startMinute: must be 0..1439",
      "[0].endMinute: must be 0..1440",
      "[1].startMinute: must be 0..1439",
    ],
  );
});

test("an unknown zone is an error, not UTC", () => {
  assert.throws(() => nextAllowedInstant(0, "Mars/Olympus", [{ startMinute: 0, endMinute: 60 }]), RangeError);
});
