import assert from "node:assert/strict";
import { test } from "node:test";
import { mergePolicies } from "../../admin/dashboard/browser/pages/policy-merge.ts";
import { notificationPolicySpec } from "../../crds/notification-policy.ts";

const base = notificationPolicySpec.parse({});

void test("an edit upon what somebody else stored: theirs where one changed nothing, one's own where one did", () => {
  const theirs = { ...base, lease: "2m", holidays: ["2026-12-25"], templates: "winter" };
  const mine = { ...base, lease: "75s", deliverWithin: "72h", templates: "winter" };
  assert.deepEqual(mergePolicies(base, theirs, mine), {
    spec: { ...base, holidays: ["2026-12-25"], templates: "winter", lease: "75s", deliverWithin: "72h" },
    taken: ["holidays"],
    both: ["lease"],
  });
  const turned = { ...base, quietHours: base.quietHours.map(({ start, end }) => ({ end, start })) };
  assert.deepEqual(mergePolicies(turned, base, mine).taken, [], "another order of fields is no change");
  assert.deepEqual(mergePolicies(base, base, mine), { spec: mine, taken: [], both: [] });
});

void test("what fits no form is left as it was typed", () => {
  const broken = { lease: "for ever" };
  assert.deepEqual(mergePolicies(broken, base, { lease: "75s" }), {
    ...{ spec: { lease: "75s" }, taken: [], both: [] },
  });
});
