import assert from "node:assert/strict";
import test from "node:test";
import { CHANNELS } from "./channel.ts";
import { fallbacksAfter, planChannels } from "./channel-plan.ts";

const ALL_USABLE = { email: "usable", sms: "usable", push: "usable" } as const;

test("the policy's order, without a preference", () => {
  assert.deepEqual(planChannels({ order: ["email", "sms"], preferred: null, contacts: ALL_USABLE }), {
    channels: ["email", "sms"],
    skipped: [],
  });
});

test("the preferred channel first, the rest in order", () => {
  const plan = planChannels({ order: CHANNELS, preferred: "push", contacts: ALL_USABLE });
  assert.deepEqual(plan.channels, ["push", "email", "sms"]);
});

test("a preference for a channel that the policy does not use is not followed", () => {
  const plan = planChannels({ order: ["email"], preferred: "sms", contacts: ALL_USABLE });
  assert.deepEqual(plan.channels, ["email"]);
});

test("missing and suppressed contacts are skipped, and said to be", () => {
  const contacts = { email: "missing", sms: "suppressed", push: "usable" } as const;
  assert.deepEqual(planChannels({ order: CHANNELS, preferred: "email", contacts }), {
    channels: ["push"],
    skipped: [
      { channel: "email", why: "missing" },
      { channel: "sms", why: "suppressed" },
    ],
  });
});

test("fallbacks are what the plan has after the channel being tried", () => {
  assert.deepEqual(fallbacksAfter(["push", "email", "sms"], "push"), ["email", "sms"]);
  assert.deepEqual(fallbacksAfter(["push", "email", "sms"], "sms"), []);
});
