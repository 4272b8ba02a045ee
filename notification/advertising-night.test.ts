import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { leavesTimeForAdvertising, policyForTemplates, windowsWhenForced } from "./advertising-night.ts";
import { policyProblems } from "./policy-problems.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { isQuiet, nextAllowedInstant, unionOfWindows } from "./quiet-hours.ts";

const zone = "Asia/Seoul";
const at = (time: string): number => Date.parse(`2026-11-02T${time}:00+09:00`);

test("a bill without advertising is quiet when its policy says so, and at no other time", () => {
  assert.equal(policyForTemplates(DEFAULT_POLICY, false), DEFAULT_POLICY);
  assert.equal(isQuiet(at("21:30"), { zone, windows: DEFAULT_POLICY.systemQuiet }), false);
});

test("advertising waits from 21:00 to 08:00, to the minute, whatever the carrier's and the member's hours", () => {
  const open = { ...DEFAULT_POLICY, systemQuiet: [] };
  const { systemQuiet: windows } = policyForTemplates(open, true);
  assert.equal(isQuiet(at("20:59"), { zone, windows }), false);
  assert.equal(isQuiet(at("21:00"), { zone, windows }), true);
  assert.equal(isQuiet(at("07:59"), { zone, windows }), true);
  assert.equal(isQuiet(at("08:00"), { zone, windows }), false);
  assert.equal(nextAllowedInstant(at("21:00"), { zone, windows }), at("08:00") + 86_400_000);
  fc.assert(
    fc.property(fc.nat(1_439), fc.nat(1_440), fc.nat(1_439), (startMinute, endMinute, minute) => {
      const union = unionOfWindows(windows, [{ startMinute, endMinute }]);
      const instant = at("00:00") + minute * 60_000;
      const night = minute >= 21 * 60 || minute < 8 * 60;
      if (night) assert.equal(isQuiet(instant, { zone, windows: union }), true);
    }),
  );
});

test("a policy that is quiet all day besides cannot carry advertising; one that can stays sound", () => {
  const day = { ...DEFAULT_POLICY, systemQuiet: [{ startMinute: 8 * 60, endMinute: 21 * 60 }] };
  assert.equal(leavesTimeForAdvertising(day), false);
  assert.equal(leavesTimeForAdvertising(DEFAULT_POLICY), true);
  assert.deepEqual(policyProblems(policyForTemplates(DEFAULT_POLICY, true)), []);
});

test("whom a person sends to through the quiet hours gets a bill at night, and never advertising", () => {
  assert.equal(isQuiet(at("23:00"), { zone, windows: windowsWhenForced(false) }), false);
  assert.equal(isQuiet(at("23:00"), { zone, windows: windowsWhenForced(true) }), true);
  assert.equal(isQuiet(at("12:00"), { zone, windows: windowsWhenForced(true) }), false);
});
