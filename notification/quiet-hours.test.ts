import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { DateTime } from "luxon";
import { holidaysOf } from "./holidays.ts";
import { isQuiet, nextAllowedInstant, unionOfWindows, type QuietHours } from "./quiet-hours.ts";
import { coversWholeDay, quietWindowProblems, type QuietWindow } from "./quiet-window.ts";

const MINUTE_MS = 60_000;
const ZONES = ["Asia/Seoul", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"];

/** Quiet times as a person writes them. */
interface Wanted {
  readonly zone: string;
  readonly windows: readonly QuietWindow[];
  readonly dates: readonly string[];
}

function quietOf({ zone, windows, dates }: Wanted): QuietHours {
  return { zone, windows, holidays: holidaysOf(dates) };
}

/** The rule as a person would say it, with another library's clock: is this local day a holiday, or the minute in any window? */
function quietByLuxon(instantMs: number, { zone, windows, dates }: Wanted): boolean {
  const local = DateTime.fromMillis(instantMs, { zone });
  if (dates.length > 0 && dates.includes(local.toISODate() ?? "")) return true;
  const minute = local.hour * 60 + local.minute;
  return windows.some(({ startMinute, endMinute }) =>
    startMinute <= endMinute
      ? minute >= startMinute && minute < endMinute
      : minute >= startMinute || minute < endMinute,
  );
}

/** Tries every minute, one after the other. */
function firstAllowedByTrying(instantMs: number, wanted: Wanted): number {
  if (!quietByLuxon(instantMs, wanted)) return instantMs;
  let triedMs = Math.ceil(instantMs / MINUTE_MS) * MINUTE_MS;
  while (quietByLuxon(triedMs, wanted)) triedMs += MINUTE_MS;
  return triedMs;
}

/** The dates of `days` days in a row from `offset` days after the instant's UTC day on. */
function datesFrom(instantMs: number, offset: number, days: number): string[] {
  return Array.from({ length: days }, (_, day) =>
    DateTime.fromMillis(instantMs, { zone: "UTC" })
      .plus({ days: offset + day })
      .toFormat("yyyy-MM-dd"),
  );
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

/** Up to two runs of up to three holidays in a row, around the instant. */
const holidayRuns = fc.array(fc.tuple(fc.integer({ min: -2, max: 3 }), fc.integer({ min: 1, max: 3 })), {
  maxLength: 2,
});

test("the next allowed instant is the one found by trying every minute, in every zone, across DST and holidays", () => {
  fc.assert(
    fc.property(instant, fc.constantFrom(...ZONES), windows, holidayRuns, (instantMs, zone, quiet, runs) => {
      const dates = [...new Set(runs.flatMap(([offset, days]) => datesFrom(instantMs, offset, days)))];
      const wanted = { zone, windows: quiet, dates };
      const found = nextAllowedInstant(instantMs, quietOf(wanted));
      assert.equal(found, firstAllowedByTrying(instantMs, wanted));
      assert.equal(isQuiet(found, quietOf(wanted)), false);
      assert.equal(isQuiet(instantMs, quietOf(wanted)), found !== instantMs);
    }),
    { numRuns: 300 },
  );
});

test("the night before holidays in a row ends on the morning after the last", () => {
  const windows = [{ startMinute: 22 * 60, endMinute: 8 * 60 }];
  const quiet = { windows, holidays: holidaysOf(["2027-02-06", "2027-02-07", "2027-02-08"]) };
  const next = (instant: string, zone: string): string =>
    new Date(nextAllowedInstant(Date.parse(instant), { ...quiet, zone })).toISOString();
  const morning = "2027-02-08T23:00:00.000Z"; // 08:00 of the 9th in Seoul
  assert.equal(next("2027-02-05T22:30:00+09:00", "Asia/Seoul"), morning);
  assert.equal(next("2027-02-06T00:00:00+09:00", "Asia/Seoul"), morning);
  assert.equal(next("2027-02-07T12:00:00+09:00", "Asia/Seoul"), morning);
  // The instant before is the evening of the 5th, when nothing is quiet.
  assert.equal(next("2027-02-05T21:59:59+09:00", "Asia/Seoul"), "2027-02-05T12:59:59.000Z");
  // The same instant is the 5th in New York: a holiday is a day of the member's calendar.
  assert.equal(next("2027-02-06T00:00:00+09:00", "America/New_York"), "2027-02-05T15:00:00.000Z");
});

test("a holiday without quiet hours is quiet from midnight to midnight, 23 hours where the clock skips one", () => {
  const quiet = { zone: "Africa/Cairo", windows: [], holidays: holidaysOf(["2026-04-24"]) };
  const begins = Date.parse("2026-04-23T22:00:00Z"); // 00:00 → 01:00
  assert.equal(isQuiet(begins - 1, quiet), false);
  assert.equal(isQuiet(begins, quiet), true);
  assert.equal(nextAllowedInstant(begins, quiet), begins + 23 * 3_600_000);
});

test("22:00-08:00 in Seoul is half-open and crosses midnight", () => {
  const night = [{ startMinute: 22 * 60, endMinute: 8 * 60 }];
  const at = (time: string): number => Date.parse(`2026-11-01T${time}+09:00`);
  const next = (time: string): number => nextAllowedInstant(at(time), { zone: "Asia/Seoul", windows: night });
  assert.equal(next("21:59:59.999"), at("21:59:59.999"));
  assert.equal(next("22:00:00"), Date.parse("2026-11-02T08:00:00+09:00"));
  assert.equal(next("00:00:00"), at("08:00:00"));
  assert.equal(next("07:59:59.999"), at("08:00:00"));
  assert.equal(next("08:00:00"), at("08:00:00"));
});

test("start = end means none, not all day", () => {
  const none = [{ startMinute: 600, endMinute: 600 }];
  assert.equal(nextAllowedInstant(0, { zone: "Asia/Seoul", windows: none }), 0);
  assert.equal(coversWholeDay(none), false);
});

test("a window that ends in the hour that spring skips ends at the jump", () => {
  const window = [{ startMinute: 60, endMinute: 150 }]; // 01:00-02:30; 02:00-03:00 does not exist that night
  const found = nextAllowedInstant(Date.parse("2026-03-08T01:30:00-05:00"), {
    zone: "America/New_York",
    windows: window,
  });
  assert.equal(new Date(found).toISOString(), "2026-03-08T07:00:00.000Z");
});

test("windows that leave no minute free are refused when validated and never looped over", () => {
  const whole = [
    { startMinute: 22 * 60, endMinute: 8 * 60 },
    { startMinute: 8 * 60, endMinute: 22 * 60 },
  ];
  assert.deepEqual(quietWindowProblems(whole), ["windows leave no minute of the day free"]);
  assert.throws(() => nextAllowedInstant(0, { zone: "Asia/Seoul", windows: whole }), RangeError);
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
  assert.throws(
    () => nextAllowedInstant(0, { zone: "Mars/Olympus", windows: [{ startMinute: 0, endMinute: 60 }] }),
    RangeError,
  );
});
