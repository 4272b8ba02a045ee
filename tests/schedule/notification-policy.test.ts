import assert from "node:assert/strict";
import { test } from "node:test";
import { notificationPolicies } from "../../controllers/notification-policy/policy-controller.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { conditionOf, createWorld, type World } from "../operator/world.ts";

// The operator as a process on a real API server, pods that are processes, a real database.

const apiVersion = "billing.telco.dev/v1alpha1";

async function createPolicy(world: World, name: string, spec: object): Promise<void> {
  const manifest = { apiVersion, kind: "NotificationPolicy", metadata: { name }, spec };
  await world.client.create(notificationPolicies, world.namespace, manifest);
}

test("a run waits for the policy that it names, is promoted by it, and keeps it when it is changed", async (t) => {
  const world = await createWorld(t, { real: true });
  world.startOperator();
  await world.apply("october", { dispatch: { release: "Manual", notificationPolicyRef: "texts" } });
  const waiting = await world.until(
    "october",
    "was to wait for its policy",
    (status) => conditionOf(status, "Accepted").status === "False",
  );
  assert.equal(conditionOf(waiting, "Accepted").reason, "UnknownNotificationPolicy");
  assert.deepEqual(await world.jobNames(), []);

  await createPolicy(world, "texts", { channels: ["sms"], lease: "90s" });
  await world.until(
    "october",
    "was to be promoted",
    (status) => conditionOf(status, "Promoted").status === "True",
  );
  const stored = async (): Promise<unknown> => {
    const rows = await world.carrier.rows<{ policy: unknown }>(
      "select notification_policy as policy from generations where state = 'live'",
    );
    return rows[0]?.policy;
  };
  assert.deepEqual(await stored(), { ...DEFAULT_POLICY, channelOrder: ["sms"], leaseMs: 90_000 });
  const plans = await world.carrier.rows<{ plan: string }>(
    "select distinct channel_plan as plan from notifications n join members m on m.id = n.member_id where m.has_phone",
  );
  assert.deepEqual(plans, [{ plan: "sms" }]);

  const address = { resource: notificationPolicies, namespace: world.namespace, name: "texts" };
  await world.client.mergePatch(address, { spec: { lease: "5m" } });
  const judged = await world.eventually(
    async () => {
      const policy = await world.client.get<{
        status?: { observedGeneration?: number; conditions?: { status: string; reason: string }[] };
      }>(address);
      return policy?.status?.observedGeneration === 2 && policy.status;
    },
    () => "the policy was to be judged again",
  );
  assert.equal(judged.conditions?.[0]?.status, "True");
  assert.equal(((await stored()) as { leaseMs: number }).leaseMs, 90_000);
});
