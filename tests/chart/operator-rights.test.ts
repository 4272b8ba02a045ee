import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { kubectlOk } from "../cluster/kubectl.ts";
import { createWorld, type World } from "../operator/world.ts";
import { production, render } from "./rendering.ts";

/** Path of a kubeconfig that has the rights of the chart's ServiceAccount for the operator, and no others. */
async function operatorsKubeconfig(world: World, folder: string): Promise<string> {
  const wanted = ["ServiceAccount", "Role", "RoleBinding"];
  const rights = (await render(production)).filter(({ kind }) => wanted.includes(kind));
  const inNamespace = rights.map((object) => {
    const text = stringify({ ...object, metadata: { ...object.metadata, namespace: world.namespace } });
    return text.replaceAll("namespace: bills", `namespace: ${world.namespace}`);
  });
  await kubectlOk(world.cluster, ["apply", "-f", "-"], { input: inNamespace.join("---\n") });
  const token = await world.kubectl("create", "token", "billing-billing-operator-operator");
  const admin = new KubeConfig();
  admin.loadFromFile(world.cluster.kubeconfig);
  const cluster = admin.getCurrentCluster();
  assert.ok(cluster);
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name: "operator", token: token.trim() });
  const path = join(folder, "operator.kubeconfig");
  writeFileSync(path, config.exportConfig());
  return path;
}

test("with the rights of the chart and none besides, the operator brings a run to its end", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "operator-rights-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const world = await createWorld(t);
  const kubeconfig = await operatorsKubeconfig(world, folder);
  const asOperator = ["--kubeconfig", kubeconfig, "auth", "can-i", "get", "secrets"];
  await assert.rejects(world.kubectl(...asOperator), /no/);

  world.startOperator({ KUBECONFIG: kubeconfig, LEADER_ELECTION: "true" });
  await world.apply("october");
  const status = await world.untilFinished("october");
  assert.equal(status.phase, "Completed");
  const reasons = await world.eventReasons("october");
  assert.ok(reasons.length > 0, "no Event was written");
  await world.delete("october");
  await world.eventually(
    async () => (await world.get("october")) === null,
    () => "the finalizer was not removed",
  );
  assert.doesNotMatch(
    world.logs,
    /forbidden|"status":403|cannot (get|list|watch|create|patch|update|delete)/i,
  );
});

test("a schedule makes its run, with these rights", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "operator-rights-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const world = await createWorld(t);
  world.startOperator({ KUBECONFIG: await operatorsKubeconfig(world, folder), LEADER_ELECTION: "true" });
  const schedule = {
    apiVersion: "billing.telco.dev/v1alpha1",
    kind: "BillingSchedule",
    metadata: { name: "monthly", namespace: world.namespace },
    spec: schedulesSpec,
  };
  await kubectlOk(world.cluster, ["create", "-f", "-"], { input: stringify(schedule) });
  await world.eventually(
    async () => (await world.kubectl("get", "billingruns", "-o", "name")) !== "",
    () => "no run was made",
  );
  assert.doesNotMatch(world.logs, /forbidden|"status":403/i);
});

/** Has fired within the last minute, and the next minute. */
const schedulesSpec = {
  schedule: "* * * * *",
  timeZone: "Asia/Seoul",
  runTemplate: { spec: { tariffRef: { name: "kr-mobile", version: "2026-07" } } },
};
