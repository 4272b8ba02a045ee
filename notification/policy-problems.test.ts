import assert from "node:assert/strict";
import test from "node:test";
import { DEFAULT_BREAKER } from "./breaker.ts";
import { policyProblems } from "./policy-problems.ts";
import { DEFAULT_POLICY } from "./policy.ts";

test("the default policy is sound", () => {
  assert.deepEqual(policyProblems(DEFAULT_POLICY), []);
});

test("every problem is named at once, with its path", () => {
  const problems = policyProblems({
    channelOrder: ["email", "email"],
    systemQuiet: [{ startMinute: -1, endMinute: 10 }],
    holidays: ["2026-12-25", "2027-02-29", "25.12.2026", "2026-12-25"],
    ladders: { ...DEFAULT_POLICY.ladders, sms: { delaysMs: [10, -5], jitterFraction: 1 } },
    spreadMinutes: 0.5,
    deliverWithinMs: -1,
    leaseMs: 0,
    maxUnknownOutcomes: -1,
    breaker: { ...DEFAULT_BREAKER, failureFraction: Number.NaN, probeSends: 0, undecidedMs: 0 },
    sendsPerSecond: { email: -1, sms: 0.5, push: 0 },
    templateSet: "Über",
  });
  assert.deepEqual(
    problems.map((problem) => problem.split(":")[0]),
    [
      "channelOrder",
      "systemQuiet[0].startMinute",
      "holidays[1]",
      "holidays[2]",
      "holidays[3]",
      "ladders.sms.delaysMs[1]",
      "ladders.sms.jitterFraction",
      "spreadMinutes",
      "deliverWithinMs",
      "leaseMs",
      "maxUnknownOutcomes",
      "breaker.failureFraction",
      "breaker.probeSends",
      "breaker.undecidedMs",
      "sendsPerSecond.email",
      "sendsPerSecond.sms",
      "templateSet",
    ],
  );
});

test("quiet hours that cover the day and an empty order are refused", () => {
  const systemQuiet = [{ startMinute: 0, endMinute: 1440 }];
  assert.deepEqual(policyProblems({ ...DEFAULT_POLICY, channelOrder: [], systemQuiet }), [
    "channelOrder: must name at least one channel",
    "systemQuiet: windows leave no minute of the day free",
  ]);
});
