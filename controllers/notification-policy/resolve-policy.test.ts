import assert from "node:assert/strict";
import test from "node:test";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { resolvePolicy } from "./resolve-policy.ts";

test("a reference to default is the built-in default until an object has that name", () => {
  assert.deepEqual(resolvePolicy("default", undefined), { kind: "resolved", policy: DEFAULT_POLICY });
  const own = resolvePolicy("default", { channels: ["sms"] });
  assert.ok(own.kind === "resolved");
  assert.deepEqual(own.policy, { ...DEFAULT_POLICY, channelOrder: ["sms"] });
});

test("a reference to nothing is refused, with what to do", () => {
  const refused = resolvePolicy("no-sms-at-night", undefined);
  assert.ok(refused.kind === "refused");
  assert.equal(refused.reason, "UnknownNotificationPolicy");
  assert.match(refused.message, /no NotificationPolicy "no-sms-at-night"; create it/);
});

test("a policy that cannot be used is refused with each problem", () => {
  const refused = resolvePolicy("p", { lease: "10ms", retries: { fax: {} } });
  assert.ok(refused.kind === "refused");
  assert.equal(refused.reason, "InvalidNotificationPolicy");
  assert.match(refused.message, /lease/);
  assert.match(refused.message, /fax/);
});
