import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { DateTime } from "luxon";
import { firstDue, type ReleasedBill } from "./due.ts";
import { holidaysOf } from "./holidays.ts";
import { isQuiet } from "./quiet-hours.ts";

const NIGHT = [{ startMinute: 22 * 60, endMinute: 8 * 60 }];
const SPREAD_MS = 30 * 60_000;

function released(at: string, rest: Partial<ReleasedBill> = {}): ReleasedBill {
  return {
    billId: 2026100000000001,
    releasedAtMs: Date.parse(at),
    sendDay: null,
    quiet: { zone: "Asia/Seoul", windows: NIGHT },
    spreadMinutes: 30,
    ...rest,
  };
}

function within(due: number, from: string, spreadMs = SPREAD_MS): boolean {
  return due >= Date.parse(from) && due < Date.parse(from) + spreadMs;
}

test("released by day and wanted at once: due at that instant, not spread", () => {
  const bill = released("2026-11-01T09:00:00+09:00");
  assert.deepEqual(firstDue(bill), { dueAtMs: bill.releasedAtMs, reason: "released" });
});

test("released at night: spread over the half hour after the window opens", () => {
  const due = firstDue(released("2026-11-01T00:30:00+09:00"));
  assert.equal(due.reason, "quiet-hours");
  assert.ok(within(due.dueAtMs, "2026-11-01T08:00:00+09:00"));
});

test("the send day is the first such day from the release on, today counting", () => {
  const due = (at: string): number => firstDue(released(at, { sendDay: 15 })).dueAtMs;
  assert.ok(within(due("2026-11-01T10:00:00+09:00"), "2026-11-15T08:00:00+09:00"));
  assert.equal(due("2026-11-15T10:00:00+09:00"), Date.parse("2026-11-15T10:00:00+09:00"));
  // Held late on the day itself: the next morning, not the next month.
  assert.ok(within(due("2026-11-15T23:00:00+09:00"), "2026-11-16T08:00:00+09:00"));
  assert.ok(within(due("2026-11-16T10:00:00+09:00"), "2026-12-15T08:00:00+09:00"));
  assert.ok(within(due("2026-12-16T10:00:00+09:00"), "2027-01-15T08:00:00+09:00"));
});

test("the send day is a day of the member's zone", () => {
  const quiet = { zone: "America/New_York", windows: [] };
  const due = firstDue(released("2026-11-15T03:00:00Z", { sendDay: 15, quiet }));
  assert.ok(within(due.dueAtMs, "2026-11-15T00:00:00-05:00"));
});

test("a send day that begins with a jump of the clock begins at the jump", () => {
  const quiet = { zone: "Africa/Cairo", windows: [] }; // 2026-04-24 00:00 → 01:00
  const due = firstDue(released("2026-04-01T00:00:00Z", { sendDay: 24, quiet, spreadMinutes: 0 }));
  assert.equal(new Date(due.dueAtMs).toISOString(), "2026-04-23T22:00:00.000Z");
});

test("the spread fits into a short opening between two windows", () => {
  const windows = [...NIGHT, { startMinute: 8 * 60 + 5, endMinute: 12 * 60 }];
  for (let billId = 1; billId <= 500; billId++) {
    const due = firstDue(
      released("2026-11-01T01:00:00+09:00", { billId, quiet: { zone: "Asia/Seoul", windows } }),
    );
    assert.ok(within(due.dueAtMs, "2026-11-01T08:00:00+09:00", 5 * 60_000), String(billId));
  }
});

test("what a holiday holds back leaves on the next morning, the send day too, and the spread ends before a holiday", () => {
  const holidays = holidaysOf(["2026-11-15", "2026-11-16"]);
  const quiet = { zone: "Asia/Seoul", windows: NIGHT, holidays };
  const onSendDay = firstDue(released("2026-11-01T10:00:00+09:00", { sendDay: 15, quiet }));
  assert.equal(onSendDay.reason, "send-day");
  assert.ok(within(onSendDay.dueAtMs, "2026-11-17T08:00:00+09:00"));
  const held = firstDue(released("2026-11-15T12:00:00+09:00", { quiet }));
  assert.equal(held.reason, "quiet-hours");
  assert.ok(within(held.dueAtMs, "2026-11-17T08:00:00+09:00"));
  // Windows leave half an hour before the holiday begins, the spread would take three.
  const lateNight = [{ startMinute: 0, endMinute: 23 * 60 + 30 }];
  for (let billId = 1; billId <= 500; billId++) {
    const due = firstDue(
      released("2026-11-14T01:00:00+09:00", {
        ...{ billId, spreadMinutes: 180 },
        quiet: { zone: "Asia/Seoul", windows: lateNight, holidays },
      }),
    );
    assert.ok(within(due.dueAtMs, "2026-11-14T23:30:00+09:00"), String(billId));
  }
});

test("bills held to one instant leave evenly over the spread", () => {
  const perMinute = new Array<number>(30).fill(0);
  for (let account = 0; account < 30_000; account++) {
    const due = firstDue(released("2026-11-01T01:00:00+09:00", { billId: 2026100000000000 + account }));
    const minute = Math.floor((due.dueAtMs - Date.parse("2026-11-01T08:00:00+09:00")) / 60_000);
    perMinute[minute] = (perMinute[minute] ?? 0) + 1;
  }
  assert.equal(perMinute.length, 30);
  assert.ok(Math.min(...perMinute) > 850 && Math.max(...perMinute) < 1150, perMinute.join(" "));
});

test("never before the release, never quiet, never another day of the month without cause, always the same", () => {
  const bills = fc.record({
    billId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    releasedAtMs: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
    sendDay: fc.option(fc.integer({ min: 1, max: 28 })),
    quiet: fc
      .tuple(
        fc.constantFrom("Asia/Seoul", "America/New_York", "Europe/Berlin"),
        fc.array(fc.integer({ min: 0, max: 365 }), { maxLength: 40 }),
      )
      .map(([zone, days]) => ({
        ...{ zone, windows: NIGHT },
        holidays: new Set(days.map((day) => Date.UTC(2026, 0, 1) / 86_400_000 + day)),
      })),
    spreadMinutes: fc.integer({ min: 0, max: 120 }),
  });
  fc.assert(
    fc.property(bills, (bill) => {
      const due = firstDue(bill);
      assert.ok(due.dueAtMs >= bill.releasedAtMs);
      assert.equal(isQuiet(due.dueAtMs, bill.quiet), false);
      assert.deepEqual(firstDue({ ...bill }), due);
      if (due.reason === "send-day") {
        // On the day itself, or after nothing but holidays.
        let day = DateTime.fromMillis(due.dueAtMs, { zone: bill.quiet.zone });
        while (day.day !== bill.sendDay) {
          day = day.minus({ days: 1 });
          const epochDay = Date.UTC(day.year, day.month - 1, day.day) / 86_400_000;
          assert.ok(bill.quiet.holidays.has(epochDay), day.toISODate() ?? "");
        }
      }
    }),
  );
});
