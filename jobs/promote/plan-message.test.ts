import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recipient } from "../../database/promotion/recipient-rows.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { planMessage } from "./plan-message.ts";

const recipient: Recipient = {
  billId: 2026100000000001,
  memberId: 1,
  partitionIndex: 0,
  timeZone: "Asia/Seoul",
  sendDay: null,
  quietStart: null,
  quietEnd: null,
  preferredChannel: "",
  hasEmail: true,
  hasPhone: true,
  hasPushToken: false,
  suppressed: "",
  follows: false,
};
const noon = Date.parse("2026-11-01T12:00:00+09:00");

const plan = (change: Partial<Recipient>, atMs = noon): ReturnType<typeof planMessage> =>
  planMessage({ ...recipient, ...change }, DEFAULT_POLICY, atMs);

test("channels: the preferred one first, only those with a contact, and never none", () => {
  assert.deepEqual(plan({}).channels, ["email", "sms"]);
  assert.deepEqual(plan({ preferredChannel: "sms" }).channels, ["sms", "email"]);
  assert.deepEqual(plan({ hasEmail: false }).channels, ["sms"]);
  assert.deepEqual(plan({ hasPushToken: true }).channels, ["email", "sms", "push"]);
  assert.deepEqual(plan({ hasPushToken: true, preferredChannel: "push" }).channels, ["push", "email", "sms"]);
  assert.deepEqual(plan({ preferredChannel: "push" }).channels, ["email", "sms"], "no app, no push");
  assert.deepEqual(plan({ preferredChannel: "sms", hasPhone: false }).channels, ["email"]);
  assert.deepEqual(plan({ hasEmail: false, hasPhone: false }).channels, ["email"]);
});

test("channels: one whose address is suppressed is passed over; of one that has none left the first stays, to die there", () => {
  assert.deepEqual(plan({ suppressed: "email" }).channels, ["sms"]);
  assert.deepEqual(plan({ suppressed: "email", hasPushToken: true }).channels, ["sms", "push"]);
  assert.deepEqual(plan({ suppressed: "sms", preferredChannel: "sms" }).channels, ["email"]);
  assert.deepEqual(plan({ suppressed: "email,sms" }).channels, ["email"]);
  assert.deepEqual(plan({ suppressed: "push" }).channels, ["email", "sms"]);
});

test("due: at once in the open hours; not in the member's quiet hours, nor in the system's; from the send day on", () => {
  assert.deepEqual(plan({}).due, { dueAtMs: noon, reason: "released" });
  const atLunch = plan({ quietStart: 11 * 60, quietEnd: 13 * 60 }).due;
  assert.equal(atLunch.reason, "quiet-hours");
  assert.ok(atLunch.dueAtMs >= Date.parse("2026-11-01T13:00:00+09:00"));
  assert.ok(atLunch.dueAtMs <= Date.parse("2026-11-01T13:30:00+09:00"));
  const atNight = plan({}, Date.parse("2026-11-01T03:00:00+09:00")).due;
  assert.ok(atNight.dueAtMs >= Date.parse("2026-11-01T08:00:00+09:00"));
  const onThe15th = plan({ sendDay: 15 }).due;
  assert.equal(onThe15th.reason, "send-day");
  assert.ok(onThe15th.dueAtMs >= Date.parse("2026-11-15T08:00:00+09:00"));
  assert.ok(onThe15th.dueAtMs <= Date.parse("2026-11-15T08:30:00+09:00"));
});

test("quiet hours count in the member's own zone", () => {
  const inNewYork = plan({ timeZone: "America/New_York" }).due; // 22:00 the evening before
  assert.equal(inNewYork.reason, "quiet-hours");
  assert.ok(inNewYork.dueAtMs >= Date.parse("2026-11-01T08:00:00-05:00"));
});
