import assert from "node:assert/strict";
import test from "node:test";
import { DEFAULT_POLICY } from "./policy.ts";
import { policyOfGeneration, readPolicy } from "./read-policy.ts";

test("what a policy does not say is the default, also deep inside", () => {
  assert.deepEqual(readPolicy({}), { kind: "valid", policy: DEFAULT_POLICY });
  const sms = { delaysMs: [1], jitterFraction: 0 };
  assert.deepEqual(readPolicy({ leaseMs: 3_000, ladders: { sms }, breaker: { openMs: 1_000 } }), {
    kind: "valid",
    policy: {
      ...DEFAULT_POLICY,
      leaseMs: 3_000,
      ladders: { ...DEFAULT_POLICY.ladders, sms },
      breaker: { ...DEFAULT_POLICY.breaker, openMs: 1_000 },
    },
  });
});

test("a policy survives being written and read as JSON", () => {
  const stored: unknown = JSON.parse(JSON.stringify(DEFAULT_POLICY));
  assert.deepEqual(policyOfGeneration(stored), DEFAULT_POLICY);
  assert.deepEqual(policyOfGeneration(null), DEFAULT_POLICY);
});

test("what is no policy is refused with the path of each field, and never half used", () => {
  const problemsOf = (document: unknown): readonly string[] => {
    const reading = readPolicy(document);
    return reading.kind === "invalid" ? reading.problems : [];
  };
  assert.deepEqual(problemsOf([]), ["policy: must be an object"]);
  assert.deepEqual(problemsOf(null), ["policy: must be an object"]);
  assert.deepEqual(
    problemsOf({
      sendsPerSecond: { email: "10" },
      ratePerMinute: 3,
      channelOrder: "email",
      systemQuiet: [{ endMinute: 60 }, 5],
      holidays: ["2026-12-25", 5],
      leaseMs: "60s",
      ladders: { sms: { delaysMs: [1, "2"] }, fax: {} },
    }),
    [
      "sendsPerSecond.email: must be a number",
      "ratePerMinute: no field of a notification policy",
      "channelOrder: must be a list",
      "systemQuiet[0].startMinute: is missing",
      "systemQuiet[1]: must be an object",
      "holidays[1]: must be a string",
      "leaseMs: must be a number",
      "ladders.sms.delaysMs[1]: must be a number",
      "ladders.fax: no field of a notification policy",
    ],
  );
  assert.deepEqual(problemsOf({ leaseMs: 1 }), [
    "leaseMs: must be a whole number from 1000 to 86400000, not 1",
  ]);
  assert.throws(() => policyOfGeneration({ leaseMs: 1 }), RangeError);
});
