import assert from "node:assert/strict";
import { test } from "node:test";
import { startAdmin, type Caller } from "./admin.ts";
import { drive, plannedSpec, populate } from "./run-scene.ts";

const uses = async (caller: Caller, policy: string): Promise<unknown> =>
  (await caller.get(`/api/v1/policies/${policy}`)).body.usedBy;
const dispatch = (notificationPolicyRef: string): object => ({
  dispatch: { release: "Manual", notificationPolicyRef },
});

void test("who uses a policy: an open run by what it refers to now, a promoted one by what it was promoted with", async (t) => {
  const { as, databaseUrl, owner } = await startAdmin(t);
  const [operator, approver] = [await as("operator"), await as("approver")];
  await populate(databaseUrl, 30);
  for (const name of ["winter", "summer"]) {
    const stored = await operator.send(
      "PUT",
      `/api/v1/policies/${name}`,
      { spec: {} },
      { "if-none-match": "*" },
    );
    assert.equal(stored.status, 200, stored.text);
  }
  const spec = { ...plannedSpec, mode: "Plan", ...dispatch("winter") };
  assert.equal((await operator.send("POST", "/api/v1/runs", { name: "october", spec })).status, 200);
  assert.deepEqual(await uses(operator, "winter"), [], "no generation yet");

  assert.equal(await drive(t, databaseUrl, "october"), "AwaitingApproval");
  const use = { period: "2026-10", generation: 1, run: "october" };
  const open = { ...use, state: "verified", promoted: false };
  assert.deepEqual(await uses(operator, "winter"), [open]);
  // As `local run` writes a file that names another policy.
  await owner.query(
    `update bill_runs set spec = jsonb_set(spec, '{spec,dispatch,notificationPolicyRef}', '"summer"')`,
  );
  assert.deepEqual([await uses(operator, "winter"), await uses(operator, "summer")], [[], [open]]);

  const { body: run } = await approver.get("/api/v1/runs/october");
  const approved = await approver.send("POST", "/api/v1/runs/october/approve", { digest: run.digest });
  assert.equal(approved.status, 200, approved.text);
  await drive(t, databaseUrl, "october");
  const promoted = { ...use, state: "live", promoted: true };
  assert.deepEqual(await uses(operator, "summer"), [promoted]);
  await owner.query(
    `update bill_runs set spec = jsonb_set(spec, '{spec,dispatch,notificationPolicyRef}', '"winter"')`,
  );
  assert.deepEqual([await uses(operator, "winter"), await uses(operator, "summer")], [[], [promoted]]);
  const { body: list } = await operator.get("/api/v1/policies");
  assert.deepEqual(
    list.policies.map(({ name, generations }: Record<string, unknown>) => [name, generations]),
    [
      ["default", 0],
      ["summer", 1],
      ["winter", 0],
    ],
  );
});
