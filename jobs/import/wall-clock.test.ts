import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEpochDay } from "../../billing/epoch-day.ts";
import { parseMoment } from "./wall-clock.ts";

const instant = (text: string, zone: string): string | null => {
  const moment = parseMoment(text, zone);
  return moment === null ? null : new Date(moment.instantMs).toISOString();
};

test("a time without offset is read in the billing zone, and its day is the zone's", () => {
  assert.deepEqual(parseMoment("2026-10-31T23:59:59", "Asia/Seoul"), {
    instantMs: Date.parse("2026-10-31T14:59:59Z"),
    localDay: parseEpochDay("2026-10-31"),
  });
  assert.equal(parseMoment("2026-10-31T15:00:00Z", "Asia/Seoul")?.localDay, parseEpochDay("2026-11-01"));
  assert.equal(instant("2026-10-31 23:59:59.123456+09:00", "America/New_York"), "2026-10-31T14:59:59.123Z");
});

test("when the clocks go back, the first of two equal hours is meant", () => {
  assert.equal(instant("2026-11-01T01:30:00", "America/New_York"), "2026-11-01T05:30:00.000Z");
  assert.equal(instant("2026-11-01T02:00:00", "America/New_York"), "2026-11-01T07:00:00.000Z");
  assert.equal(instant("2026-10-25T02:30:00", "Europe/Berlin"), "2026-10-25T00:30:00.000Z");
});

test("an hour that the clocks skip is no time", () => {
  assert.equal(instant("2026-03-08T02:30:00", "America/New_York"), null);
  assert.equal(instant("2026-03-08T03:00:00", "America/New_York"), "2026-03-08T07:00:00.000Z");
});

test("what is not a time of the calendar is refused", () => {
  for (const text of [
    "2026-02-30T10:00:00",
    "2026-10-01",
    "2026-10-01T24:00:00",
    "2026-10-01T10:60",
    "10:00",
    "",
  ]) {
    assert.equal(parseMoment(text, "Asia/Seoul"), null, text);
  }
});

test("every instant written with its offset, or in UTC, is read back", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
      (date) => {
        assert.equal(parseMoment(date.toISOString(), "America/Sao_Paulo")?.instantMs, date.getTime());
      },
    ),
  );
});
