import assert from "node:assert/strict";
import test from "node:test";
import { notificationPolicySpec } from "../../crds/notification-policy.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { policyOfSpec } from "./policy-of-spec.ts";

test("a policy that says nothing is the default of the program, field by field", () => {
  assert.deepEqual(policyOfSpec(notificationPolicySpec.parse({})), DEFAULT_POLICY);
});

test("every field arrives, in milliseconds, minutes and fractions", () => {
  const spec = notificationPolicySpec.parse({
    channels: ["sms", "email"],
    quietHours: [
      { start: "21:30", end: "07:15" },
      { start: "12:00", end: "24:00" },
    ],
    holidays: ["2026-12-25", "2027-01-01"],
    retries: { email: { delays: ["500ms", "2h"], jitterPercent: 5 }, sms: { delays: [] } },
    releaseSpread: "90m",
    deliverWithin: "72h",
    lease: "2m",
    maxUnknownOutcomes: 1,
    breaker: {
      window: "1m",
      minSends: 10,
      failurePercent: 50,
      openFor: "5s",
      probeSends: 3,
      undecidedFor: "2m",
    },
    sendsPerSecond: { sms: 50 },
    templates: "summer",
  });
  assert.deepEqual(policyOfSpec(spec), {
    channelOrder: ["sms", "email"],
    systemQuiet: [
      { startMinute: 21 * 60 + 30, endMinute: 7 * 60 + 15 },
      { startMinute: 12 * 60, endMinute: 24 * 60 },
    ],
    holidays: ["2026-12-25", "2027-01-01"],
    ladders: {
      email: { delaysMs: [500, 7_200_000], jitterFraction: 0.05 },
      sms: { delaysMs: [], jitterFraction: 0.2 },
      push: DEFAULT_POLICY.ladders.push,
    },
    spreadMinutes: 90,
    deliverWithinMs: 259_200_000,
    leaseMs: 120_000,
    maxUnknownOutcomes: 1,
    breaker: {
      windowMs: 60_000,
      minSends: 10,
      failureFraction: 0.5,
      openMs: 5_000,
      probeSends: 3,
      undecidedMs: 120_000,
    },
    sendsPerSecond: { email: 0, sms: 50, push: 0 },
    templateSet: "summer",
  });
});
