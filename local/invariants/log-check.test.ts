import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeliveryRow } from "../../database/invariants/delivery-rows.ts";
import { LogCheck } from "./log-check.ts";

const row: DeliveryRow = {
  billId: 2026101000000001,
  state: "SENT",
  channel: "email",
  messageGeneration: 1,
  unknownOutcomes: 0,
  providerMessageId: "sim-1",
  bounces: 0,
  timeZone: "Asia/Seoul",
  sendDay: null,
  quietStart: null,
  quietEnd: null,
};

const minuteMs = 60_000;

function brokenAt(billingAt: string, changes: Partial<DeliveryRow> = {}, accepts = 1): string[] {
  const check = new LogCheck({
    holidays: ["2026-11-03"],
    generation: 1,
    releasedAtMs: Date.parse("2026-11-01T00:00:00+09:00"),
    systemQuiet: [[22 * 60, 8 * 60]],
  });
  check.addDelivery({ ...row, ...changes });
  for (let generation = 1; generation <= accepts; generation++) {
    const key = `${row.billId}.g1:email:m${generation}`;
    check.addAccept({ key, channel: "email", messageId: "sim-1", billingAt });
  }
  return check.invariants().flatMap(({ holds, name }) => (holds ? [] : [name]));
}

test("quiet hours begin with their first minute, less what is on the way, and end before their last", () => {
  assert.deepEqual(brokenAt("2026-11-02T21:59:59+09:00"), []);
  assert.deepEqual(brokenAt("2026-11-02T22:00:04+09:00"), []);
  assert.deepEqual(brokenAt("2026-11-02T22:00:06+09:00"), ["nothing-in-quiet-hours"]);
  assert.deepEqual(brokenAt("2026-11-02T07:59:59+09:00"), ["nothing-in-quiet-hours"]);
  assert.deepEqual(brokenAt("2026-11-02T08:00:00+09:00"), []);
});

test("what was on its way when the clock was set may have left by the clock of before, and by no other", () => {
  const base = Date.parse("2026-11-28T03:00:00Z");
  const judged = (
    receivedMs: number,
    billingAt: string,
    ...steps: readonly [atMs: number, byMs: number][]
  ) => {
    const check = new LogCheck({
      ...{ generation: 1, releasedAtMs: 0, systemQuiet: [[22 * 60, 8 * 60]] as const },
      clockSteps: steps.map(([atMs, byMs]) => ({ sinceMs: base + atMs, untilMs: base + atMs + 10, byMs })),
    });
    check.addDelivery(row);
    const receivedAt = new Date(base + receivedMs).toISOString();
    const key = `${row.billId}.g1:email:m1`;
    check.addAccept({ key, channel: "email", messageId: "sim-1", billingAt, receivedAt });
    return check.invariants().find(({ name }) => name === "nothing-in-quiet-hours")?.holds;
  };
  const night = "2026-11-02T22:10:00+09:00";
  // Half an hour on, while it was on its way: it left at 21:40.
  assert.equal(judged(1_000, night, [0, 30 * minuteMs]), true);
  assert.equal(judged(1_000, night), false);
  assert.equal(judged(6_000, night, [0, 30 * minuteMs]), false, "too late to have been on its way");
  assert.equal(judged(1_000, night, [0, 5 * minuteMs]), false, "22:05 is quiet as well");
  assert.equal(judged(1_000, night, [0, -30 * minuteMs]), false, "it left at 22:40");
  // Set twice while it was on its way: it left at 21:50.
  assert.equal(judged(2_000, night, [0, 15 * minuteMs], [1_500, 5 * minuteMs]), true);
  // While the clocks are being set the provider's may be behind, but not before.
  assert.equal(judged(5, "2026-11-02T07:50:00+09:00", [0, 20 * minuteMs]), true);
  assert.equal(judged(-1, "2026-11-02T07:50:00+09:00", [0, 20 * minuteMs]), false);
});

test("a holiday is quiet all day, by the member's calendar", () => {
  assert.deepEqual(brokenAt("2026-11-03T12:00:00+09:00"), ["nothing-in-quiet-hours"]);
  assert.deepEqual(brokenAt("2026-11-04T12:00:00+09:00"), []);
  const newYork = { timeZone: "America/New_York" };
  assert.deepEqual(brokenAt("2026-11-04T12:00:00+09:00", newYork), ["nothing-in-quiet-hours"]);
});

test("a member's own hours and send day are judged in the member's zone", () => {
  const noon = { quietStart: 12 * 60, quietEnd: 13 * 60 };
  assert.deepEqual(brokenAt("2026-11-02T12:30:00+09:00", noon), ["nothing-in-quiet-hours"]);
  assert.deepEqual(brokenAt("2026-11-02T12:30:00+09:00", { ...noon, timeZone: "Asia/Dubai" }), [
    "nothing-in-quiet-hours",
  ]);
  assert.deepEqual(brokenAt("2026-11-02T14:00:00+09:00", { ...noon, timeZone: "Asia/Dubai" }), []);
  assert.deepEqual(brokenAt("2026-11-14T12:00:00+09:00", { sendDay: 15 }), ["nothing-before-its-send-day"]);
  assert.deepEqual(brokenAt("2026-11-15T12:00:00+09:00", { sendDay: 15 }), []);
});

test("a second accept is a fault, unless the message was sent anew or its outcome had been unknown", () => {
  const at = "2026-11-02T12:00:00+09:00";
  assert.deepEqual(brokenAt(at, {}, 2), ["each-bill-accepted-once"]);
  assert.deepEqual(brokenAt(at, { messageGeneration: 2 }, 2), []);
  assert.deepEqual(brokenAt(at, { unknownOutcomes: 1 }, 2), []);
});

test("an accept that bounced counts as none", () => {
  const at = "2026-11-02T12:00:00+09:00";
  const bounced = { state: "DEAD", bounces: 1 };
  assert.deepEqual(brokenAt(at, bounced), []);
  assert.deepEqual(brokenAt(at, bounced, 3), ["each-bill-accepted-once", "sent-means-accepted"]);
});

test("an accept under another id or of a row that is not sent does not agree", () => {
  const at = "2026-11-02T12:00:00+09:00";
  assert.deepEqual(brokenAt(at, { providerMessageId: "sim-2" }), ["sent-means-accepted"]);
  assert.deepEqual(brokenAt(at, { state: "SCHEDULED" }), ["sent-means-accepted"]);
});

test("a resend after the acceptance is one that the row has counted", () => {
  const resent = (unknownOutcomes: number): boolean | undefined => {
    const check = new LogCheck({ generation: 1, releasedAtMs: 0, systemQuiet: [] });
    check.addDelivery({ ...row, unknownOutcomes });
    const key = `${row.billId}.g1:email:m1`;
    check.addAccept({ key, channel: "email", messageId: "sim-1", billingAt: "2026-11-02T12:00:00Z" });
    check.addReplay({ key });
    return check.invariants().find(({ name }) => name === "resends-are-counted")?.holds;
  };
  assert.equal(resent(0), false);
  assert.equal(resent(1), true);
});

test("what was given up as unknown may have been accepted; what was given up otherwise may not", () => {
  const at = "2026-11-02T12:00:00+09:00";
  assert.deepEqual(brokenAt(at, { state: "DEAD", unknownOutcomes: 6 }), []);
  assert.deepEqual(brokenAt(at, { state: "DEAD" }), ["sent-means-accepted"]);
});
