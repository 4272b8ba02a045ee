import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parseFiringTimes, type FiringTimes } from "./firing-times.ts";

function timesOf(cron: string, zone: string): FiringTimes {
  const parsed = parseFiringTimes(cron, zone);
  assert.ok(parsed.kind === "valid", JSON.stringify(parsed));
  return parsed.times;
}

function firings(cron: string, zone: string, from: string, to: string): string[] {
  const times = timesOf(cron, zone);
  const found: string[] = [];
  for (let at = times.after(Date.parse(from)); at !== null && at < Date.parse(to); at = times.after(at)) {
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

test("a time that the clocks pass over fires once, when they do", () => {
  assert.deepEqual(firings("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z", "2026-03-31T00:00Z"), [
    "2026-03-28T01:30",
    "2026-03-29T01:00",
    "2026-03-30T00:30",
  ]);
  assert.deepEqual(firings("30 2 * * *", "America/New_York", "2026-03-07T12:00Z", "2026-03-09T12:00Z"), [
    "2026-03-08T07:00",
    "2026-03-09T06:30",
  ]);
});

test("two times that the clocks pass over at one moment are one firing", () => {
  assert.deepEqual(firings("0,30 2-3 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T12:00Z"), [
    "2026-03-29T01:00",
    "2026-03-29T01:30",
  ]);
});

test("a time that is shown twice fires the first time only, also when asked in between", () => {
  assert.deepEqual(firings("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-27T00:00Z"), [
    "2026-10-25T00:30",
    "2026-10-26T01:30",
  ]);
  assert.deepEqual(firings("30 1 * * *", "America/New_York", "2026-10-31T12:00Z", "2026-11-02T12:00Z"), [
    "2026-11-01T05:30",
    "2026-11-02T06:30",
  ]);
  // 02:10 shown for the second time: 02:30 has been.
  assert.deepEqual(firings("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10Z", "2026-10-27T00:00Z"), [
    "2026-10-26T01:30",
  ]);
});

test("a day that a zone leaves out fires once, when it is passed over, for the month before", () => {
  // 30 December 2011 does not exist in Apia: the 29th ends where the 31st begins.
  assert.deepEqual(firings("0 3 30 12 *", "Pacific/Apia", "2011-01-01T00:00Z", "2013-01-01T00:00Z"), [
    "2011-12-30T10:00",
    "2012-12-29T13:00",
  ]);
  assert.deepEqual(firings("0 3 * * *", "Pacific/Apia", "2011-12-28T14:00Z", "2012-01-01T00:00Z"), [
    "2011-12-29T13:00",
    "2011-12-30T10:00",
    "2011-12-30T13:00",
    "2011-12-31T13:00",
  ]);
  assert.equal(timesOf("0 3 30 12 *", "Pacific/Apia").periodOf(Date.parse("2011-12-30T10:00Z")), "2011-11");
});

test("the period is the month before the firing's local date", () => {
  const seoul = timesOf("0 0 1 * *", "Asia/Seoul");
  const firing = seoul.after(Date.parse("2026-10-15T00:00Z")) ?? 0;
  assert.equal(new Date(firing).toISOString(), "2026-10-31T15:00:00.000Z");
  assert.equal(seoul.periodOf(firing), "2026-10");
  const newYear = seoul.after(Date.parse("2026-12-15T00:00Z")) ?? 0;
  assert.equal(seoul.periodOf(newYear), "2026-12");
});

test("what is no schedule says why", () => {
  const reasonOf = (cron: string, zone: string): string => {
    const parsed = parseFiringTimes(cron, zone);
    return parsed.kind === "invalid" ? parsed.reason : "valid";
  };
  assert.equal(reasonOf("61 0 1 * *", "Asia/Seoul"), "InvalidSchedule");
  assert.equal(reasonOf("0 0 0 1 * *", "Asia/Seoul"), "InvalidSchedule");
  assert.equal(reasonOf("0 0 1 * *", "Asia/Soul"), "InvalidTimeZone");
  assert.equal(reasonOf("0 0 30 2 *", "Asia/Seoul"), "NeverFires");
});

const zones = ["Europe/Berlin", "America/New_York", "Asia/Seoul", "Pacific/Apia", "Australia/Lord_Howe"];

test("a daily firing has one instant for every date of the calendar, in every zone, gaps and folds or not", () => {
  const start = Date.parse("2010-06-01T00:00Z");
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 0, max: 800 }),
      (zone, minute, day) => {
        const times = timesOf(`${minute % 60} ${Math.floor(minute / 60)} * * *`, zone);
        const from = start + day * 86_400_000;
        let at = from;
        for (let count = 0; count < 60; count++) at = times.after(at) ?? assert.fail("no next firing");
        // 60 dates later, give or take what the zone shifted: never 59 or 61 firings.
        const days = (at - from) / 86_400_000;
        assert.ok(days > 58 && days < 61.1, `${zone} ${minute} ${days}`);
      },
    ),
    { numRuns: 300 },
  );
});

test("the answer does not depend on where one asks from", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom("30 2 * * *", "*/20 * * * *", "0 0 1 * *", "15 1 * * 0", "0 2,3 29-31 * *"),
      fc.integer({ min: Date.parse("2010-01-01"), max: Date.parse("2030-01-01") }),
      fc.integer({ min: 0, max: 3 * 86_400_000 }),
      (zone, cron, from, later) => {
        const times = timesOf(cron, zone);
        const first = times.after(from) ?? assert.fail("no next firing");
        assert.ok(first > from);
        if (from + later < first) assert.equal(times.after(from + later), first);
        else assert.ok((times.after(from + later) ?? 0) > from + later);
      },
    ),
    { numRuns: 2_000 },
  );
});
