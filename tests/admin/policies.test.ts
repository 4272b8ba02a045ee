import assert from "node:assert/strict";
import { test } from "node:test";
import { deliveryScene, type Scene } from "./scene.ts";

const put = ({ operator }: Scene, name: string, spec: unknown) =>
  operator.send("PUT", `/api/v1/policies/${name}`, { spec });

void test("a policy is stored with its defaults, listed with who uses it, and read again", async (t) => {
  const scene = await deliveryScene(t, 1);
  const spec = { quietHours: [{ start: "21:00", end: "09:00" }], holidays: ["2026-12-25"] };
  const stored = await put(scene, "winter", spec);
  assert.equal(stored.status, 200, stored.text);
  assert.deepEqual(stored.body.spec.channels, ["email", "sms", "push"]);
  await scene.owner.query(`update bill_runs set spec = '{"dispatch": {"notificationPolicyRef": "winter"}}'`);
  const { body } = await scene.viewer.get("/api/v1/policies/winter");
  assert.deepEqual(
    [body.source, body.spec.quietHours, body.spec.holidays],
    ["stored", spec.quietHours, spec.holidays],
  );
  assert.deepEqual(body.usedBy, [
    { period: "2026-10", generation: 1, state: "live", run: "2026-10-1", promoted: true },
  ]);
  const { body: list } = await scene.viewer.get("/api/v1/policies");
  assert.deepEqual(
    list.policies.map((one: Record<string, unknown>) => [one["name"], one["source"], one["generations"]]),
    [
      ["default", "built-in", 0],
      ["winter", "stored", 1],
    ],
  );
  const { body: own } = await scene.viewer.get("/api/v1/policies/default");
  assert.deepEqual([own.source, own.spec.quietHours], ["built-in", [{ start: "22:00", end: "08:00" }]]);
  assert.equal((await scene.viewer.get("/api/v1/policies/summer")).status, 404);
});

void test("what the CRD refuses is refused here, each field by name: also windows that leave no minute", async (t) => {
  const scene = await deliveryScene(t, 1);
  const quietHours = [
    { start: "22:00", end: "10:00" },
    { start: "10:00", end: "22:00" },
  ];
  const whole = await put(scene, "never", { quietHours });
  assert.equal(whole.status, 400);
  assert.deepEqual(whole.body.errors, [
    {
      ...{ in: "body", field: "spec.quietHours" },
      message: "must leave some time of the day free, or no message could ever be sent",
    },
  ]);
  const wrong = await put(scene, "never", {
    ...{ holidays: ["2026-02-30"], channels: ["fax"], lease: "soon", surprise: 1 },
  });
  const fields = wrong.body.errors.map(({ field }: { field: string }) => field).sort();
  assert.deepEqual(fields, ["spec", "spec.channels.0", "spec.holidays.0", "spec.lease"], wrong.text);
  assert.equal((await scene.viewer.get("/api/v1/policies/never")).status, 404, "nothing was stored");
  assert.equal((await put(scene, "Not A Name", {})).status, 400);
  const viewer = await scene.viewer.send("PUT", "/api/v1/policies/x", { spec: {} });
  assert.equal(viewer.status, 403);
});

void test("in a cluster the resource is the truth, and the API writes no policy", async (t) => {
  const scene = await deliveryScene(t, 1, undefined, (parts) => ({
    ...parts,
    context: { ...parts.context, policiesWritable: false },
  }));
  const { status, body } = await put(scene, "winter", {});
  assert.deepEqual([status, body.code], [409, "policy-in-cluster"]);
  assert.equal((await scene.viewer.get("/api/v1/policies")).body.writable, false);
});
