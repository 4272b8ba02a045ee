import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { commandsAnnotation } from "../../admin/cluster/ordered-writes.ts";
import type { Answer } from "./admin.ts";
import { createMeddler } from "./between-look-and-write.ts";
import { clusterPolicies } from "./cluster-policies.ts";

// Policies of a real API server, under the rights that the chart gives.

const winter = "/api/v1/policies/winter";
const isNew = { "if-none-match": "*" };
const seen = ({ headers }: Answer) => ({ "if-match": headers.get("etag") ?? "" });
const winterManifest = (spec: object): object => ({
  ...{ apiVersion: "billing.telco.dev/v1alpha1", kind: "NotificationPolicy", metadata: { name: "winter" } },
  spec,
});

void test("a cluster's policy is what its resource says, and is changed there: once for each command", async (t) => {
  const { admin, kubectl, resource } = await clusterPolicies(t);
  const operator = await admin.as("operator");
  await kubectl(["create", "-f", "-"], winterManifest({ quietHours: [{ start: "20:00", end: "09:00" }] }));
  const read = await operator.get(winter);
  assert.deepEqual(
    [read.body.source, read.body.writable, read.body.spec.quietHours, read.body.alsoWrittenBy],
    ["stored", true, [{ start: "20:00", end: "09:00" }], ["kubectl-create"]],
  );
  const key = randomUUID();
  const spec = {
    ...read.body.spec,
    quietHours: [{ start: "21:30", end: "08:00" }],
    holidays: ["2026-12-25"],
  };
  const five = await Promise.all(
    Array.from({ length: 5 }, () =>
      operator.send("PUT", winter, { spec }, { ...seen(read), "idempotency-key": key }),
    ),
  );
  for (const { status, text } of five) assert.equal(status, 200, text);
  const { metadata, spec: stored } = await resource("winter");
  assert.deepEqual(stored, spec);
  assert.deepEqual([metadata.generation, metadata.annotations?.[commandsAnnotation]], [2, key]);
  // A status of the operator's changes the resource, and not the policy.
  await kubectl([
    ...["patch", "notificationpolicy", "winter", "--subresource=status", "--type=merge"],
    `--patch=${JSON.stringify({ status: { observedGeneration: 2, conditions: [] } })}`,
  ]);
  const again = await operator.get(winter);
  assert.equal(again.headers.get("etag"), five[0]?.headers.get("etag"));
  const { body: list } = await operator.get("/api/v1/policies");
  assert.deepEqual(
    list.policies.map(({ name, source }: Record<string, unknown>) => [name, source]),
    [
      ["default", "built-in"],
      ["winter", "stored"],
    ],
  );
  assert.equal(list.writable, true);
});

void test("a policy is made in the cluster, once; what its definition refuses is refused before anything is sent", async (t) => {
  const { admin, resource, kubectl } = await clusterPolicies(t);
  const operator = await admin.as("operator");
  const both = await Promise.all([
    operator.send("PUT", winter, { spec: { lease: "90s" } }, isNew),
    operator.send("PUT", winter, { spec: { lease: "2m" } }, isNew),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
  const stored = await resource("winter");
  assert.equal(stored.spec["lease"], both.find(({ status }) => status === 200)?.body.spec.lease);
  const builtIn = seen(await operator.get("/api/v1/policies/default"));
  assert.equal((await operator.send("PUT", "/api/v1/policies/default", { spec: {} }, builtIn)).status, 200);
  assert.equal((await operator.get("/api/v1/policies/default")).body.source, "stored");
  const wrong = await operator.send("PUT", "/api/v1/policies/never", { spec: { lease: "soon" } }, isNew);
  assert.deepEqual([wrong.status, wrong.body.errors[0].field], [400, "spec.lease"]);
  assert.doesNotMatch(await kubectl(["get", "notificationpolicies", "-o=name"]), /never/);
});

void test("whoever comes second is told, by whatever way the first came, also between look and write", async (t) => {
  const { through, next } = createMeddler();
  const { admin, kubectl, resource } = await clusterPolicies(t, { through });
  const operator = await admin.as("operator");
  await kubectl(["create", "-f", "-"], winterManifest({}));
  const read = await operator.get(winter);
  const change = (lease: string): Promise<string> =>
    kubectl([
      "patch",
      "notificationpolicy",
      "winter",
      "--type=merge",
      `--patch={"spec":{"lease":"${lease}"}}`,
    ]);
  const put = (from: Answer): Promise<Answer> =>
    operator.send("PUT", winter, { spec: { ...from.body.spec, lease: "5m" } }, seen(from));
  await change("2m");
  const late = await put(read);
  assert.deepEqual([late.status, late.body.code], [412, "changed-meanwhile"]);

  const fresh = await operator.get(winter);
  next(() => change("3m"));
  const overtaken = await put(fresh);
  assert.deepEqual([overtaken.status, overtaken.body.code], [412, "changed-meanwhile"]);
  assert.equal((await resource("winter")).spec["lease"], "3m");

  // Deleted and made anew it has the same generation as at first, and is another one.
  await kubectl(["delete", "notificationpolicy", "winter"]);
  const gone = await put(fresh);
  assert.match(gone.body.detail, /there is no policy winter any more/);
  await kubectl(["create", "-f", "-"], winterManifest({}));
  assert.equal((await put(read)).status, 412);
  assert.equal((await put(await operator.get(winter))).status, 200);
});

void test("without the right to write them policies are read, and a change is refused with what to do", async (t) => {
  const { admin, kubectl, resource } = await clusterPolicies(t, { write: false });
  const operator = await admin.as("operator");
  await kubectl(["create", "-f", "-"], winterManifest({ lease: "2m" }));
  const read = await operator.get(winter);
  assert.deepEqual([read.body.writable, read.body.spec.lease], [false, "2m"]);
  assert.equal((await operator.get("/api/v1/policies")).body.writable, false);
  const refused = await operator.send("PUT", winter, { spec: {} }, seen(read));
  assert.deepEqual([refused.status, refused.body.code], [409, "policy-read-only"]);
  assert.match(refused.body.detail, /admin\.policies\.write/);
  assert.equal((await resource("winter")).spec["lease"], "2m");
});
