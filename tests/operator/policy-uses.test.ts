import assert from "node:assert/strict";
import { test } from "node:test";
import { kubernetesPolicies } from "../../admin/policies/kubernetes-policies.ts";
import { kubernetesRuns } from "../../admin/runs/kubernetes-runs.ts";
import { notificationPolicies } from "../../controllers/notification-policy/policy-controller.ts";
import { createPool } from "../../platform/postgres.ts";
import { startAdmin } from "../admin/admin.ts";
import { createWorld } from "./world.ts";

void test("a cluster's policy knows the generations that the operator opened and promoted by it, also when their run is gone", async (t) => {
  const world = await createWorld(t, { real: true });
  const { client: kubernetes, namespace, carrier } = world;
  const url = carrier.url;
  const options = { url, role: "billing_admin", applicationName: "tests" };
  const pool = createPool(options, { size: 2, onIdleError: () => undefined });
  const at = { kubernetes, namespace };
  const [runs, policies] = [kubernetesRuns(at), kubernetesPolicies(at)];
  const admin = await startAdmin(t, (parts) => ({
    ...parts,
    context: { ...parts.context, pool, openRuns: () => runs, openPolicies: () => policies },
  }));
  // Before startAdmin's own end: the server closes first.
  t.after(() => pool.end());
  const viewer = await admin.as("viewer");
  const uses = async (): Promise<unknown> => {
    const { text } = await viewer.get("/api/v1/policies/winter");
    return (JSON.parse(text) as { readonly usedBy: unknown }).usedBy;
  };
  await kubernetes.create(notificationPolicies, namespace, {
    ...{ apiVersion: "billing.telco.dev/v1alpha1", kind: "NotificationPolicy", metadata: { name: "winter" } },
    spec: { quietHours: [{ start: "20:00", end: "09:00" }] },
  });
  world.startOperator();
  const dispatch = { release: "Manual", notificationPolicyRef: "winter" } as const;
  await world.apply("october", { mode: "Plan", dispatch });
  const planned = await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingApproval");
  const use = { period: "2026-10", generation: 1, run: "october" };
  assert.deepEqual(await uses(), [{ ...use, state: "verified", promoted: false }]);

  await world.change("october", { approvedDigest: planned.digest });
  await world.eventually(
    async () => (await world.generationStates()).includes("live"),
    () => "was to be promoted",
  );
  const promoted = [{ ...use, state: "live", promoted: true }];
  assert.deepEqual(await uses(), promoted);
  const [kept] = await carrier.rows<{ name: string; quiet: unknown }>(
    `select notification_policy_name as name, notification_policy -> 'systemQuiet' as quiet from generations`,
  );
  assert.deepEqual(kept, { name: "winter", quiet: [{ startMinute: 1_200, endMinute: 540 }] });
  await world.delete("october");
  await world.eventually(
    async () => (await world.get("october")) === null,
    () => "the run was to go",
  );
  assert.deepEqual(await uses(), promoted);
});
