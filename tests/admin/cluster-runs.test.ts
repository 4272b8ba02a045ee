import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test, type TestContext } from "node:test";
import { commandsAnnotation } from "../../admin/cluster/ordered-writes.ts";
import { kubernetesRuns } from "../../admin/runs/kubernetes-runs.ts";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import type { Kubernetes } from "../../platform/kubernetes/kubernetes.ts";
import { defineKinds } from "../cluster/define-kinds.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { condition, Stage } from "../plugin/stage.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";
import { createMeddler } from "./between-look-and-write.ts";
import { plannedSpec } from "./run-scene.ts";

// Runs and schedules of a real API server through the API; the test plays the operator.

const digest = "ab".repeat(32);

async function scene(
  t: TestContext,
  through: (kubernetes: Kubernetes) => Kubernetes = (kubernetes) => kubernetes,
): Promise<{ admin: TestAdmin; stage: Stage; kubernetes: Kubernetes }> {
  const at = await testNamespace(t);
  await defineKinds(at.cluster);
  const kubernetes = createKubernetes({ kubeconfig: at.cluster.kubeconfig });
  const store = kubernetesRuns({ kubernetes: through(kubernetes), namespace: at.namespace });
  const admin = await startAdmin(t, (parts) => ({
    ...parts,
    context: { ...parts.context, openRuns: () => store },
  }));
  return { admin, stage: new Stage(at), kubernetes };
}

async function annotationOf(stage: Stage, name: string): Promise<string[]> {
  const read = (await stage.read(name)) as unknown as {
    metadata: { annotations?: Record<string, string> };
  };
  return (read.metadata.annotations?.[commandsAnnotation] ?? "").split(" ");
}

void test("a run is started, held by a gate, and approved by its digest in the cluster", async (t) => {
  const { admin, stage } = await scene(t);
  const both = await admin.as("operator", "approver");
  const approver = await admin.as("approver");
  const key = randomUUID();
  const start = { name: "october", spec: plannedSpec };
  const ten = await Promise.all(
    Array.from({ length: 10 }, () => both.send("POST", "/api/v1/runs", start, key)),
  );
  for (const { status, text } of ten) assert.equal(status, 200, text);
  assert.deepEqual(await annotationOf(stage, "october"), [key]);
  const taken = await both.send("POST", "/api/v1/runs", start);
  assert.deepEqual([taken.status, taken.body.code], [409, "overtaken"]);

  const unseen = await approver.send("POST", "/api/v1/runs/october/approve", { digest });
  assert.match(unseen.body.detail, /no status yet/);
  const message = `the sum changed by 31.00 %, limit 20 %; approve digest ${digest} to promote`;
  const conditions = [condition("Approved", "False", "TotalChanged", message)];
  await stage.setStatus("october", { phase: "AwaitingApproval", digest, conditions, progress: "4/4" });
  const own = await both.send("POST", "/api/v1/runs/october/approve", { digest });
  assert.equal(own.body.code, "maker-is-checker");
  const approved = await approver.send("POST", "/api/v1/runs/october/approve", { digest });
  assert.equal(approved.status, 200, approved.text);
  assert.equal((await stage.read("october")).spec["approvedDigest"], digest);
  assert.equal((await annotationOf(stage, "october")).length, 2);
  const { body: run } = await approver.get("/api/v1/runs/october");
  assert.deepEqual([run.startedBy, run.ledger, run.phase], ["operator.approver", null, "AwaitingApproval"]);
  // The operator has not looked yet, and its status is of the spec before.
  assert.match(run.approval.why, /try again/);
});

void test("who changed a run last may not approve it, though another has started it", async (t) => {
  const { admin, stage } = await scene(t);
  const operator = await admin.as("operator");
  const both = await admin.as("operator", "approver");
  assert.equal(
    (await operator.send("POST", "/api/v1/runs", { name: "october", spec: plannedSpec })).status,
    200,
  );
  await stage.setStatus("october", {});
  for (const what of ["suspend", "resume"]) {
    const { status, text } = await both.send("POST", `/api/v1/runs/october/${what}`);
    assert.equal(status, 200, text);
    await stage.setStatus("october", {});
  }
  const conditions = [condition("Approved", "False", "PlanMode", `approve digest ${digest} to promote`)];
  await stage.setStatus("october", { phase: "AwaitingApproval", digest, conditions });
  const refused = await both.send("POST", "/api/v1/runs/october/approve", { digest });
  assert.match(refused.body.detail, /somebody else approves october: you changed it last/);
});

void test("what somebody changes between decision and write is not overwritten, and a status in between does not matter", async (t) => {
  const { through, next } = createMeddler();
  const { admin, stage } = await scene(t, through);
  const operator = await admin.as("operator");
  assert.equal(
    (await operator.send("POST", "/api/v1/runs", { name: "october", spec: plannedSpec })).status,
    200,
  );
  next(() => stage.setStatus("october", { progress: "3/4" }));
  assert.equal((await operator.send("POST", "/api/v1/runs/october/suspend")).status, 200);
  next(() =>
    stage.kubectl(["patch", "billingrun", "october", "--type=merge", '--patch={"spec":{"parallelism":1}}']),
  );
  const overtaken = await operator.send("POST", "/api/v1/runs/october/resume");
  assert.deepEqual([overtaken.status, overtaken.body.code], [409, "overtaken"]);
  const { spec } = await stage.read("october");
  assert.deepEqual([spec["suspend"], spec["parallelism"]], [true, 1]);
});

void test("what the API server refuses is told in its words; while it is away the command stays open", async (t) => {
  let failure: KubernetesError | null = new KubernetesError(403, "Forbidden", "exceeded quota: billing");
  const { admin, stage } = await scene(t, (kubernetes) => ({
    ...kubernetes,
    create: <Kind>(...args: Parameters<Kubernetes["create"]>) =>
      failure === null ? kubernetes.create<Kind>(...args) : Promise.reject<Kind>(failure),
  }));
  const operator = await admin.as("operator");
  const start = { name: "october", spec: plannedSpec };
  const refused = await operator.send("POST", "/api/v1/runs", start);
  assert.deepEqual(
    [refused.status, refused.body.code, refused.body.detail],
    [409, "refused-by-cluster", "exceeded quota: billing"],
  );
  failure = new KubernetesError(0, "ECONNREFUSED", "nobody is there");
  const key = randomUUID();
  const unanswered = await operator.send("POST", "/api/v1/runs", start, key);
  assert.deepEqual([unanswered.status, unanswered.body.code], [503, "kubernetes-unavailable"]);
  failure = null;
  assert.equal((await operator.send("POST", "/api/v1/runs", start, key)).status, 200);
  assert.deepEqual(await annotationOf(stage, "october"), [key]);
});

void test("schedules are listed, suspended, and run now under the name that the schedule would give", async (t) => {
  const { admin, stage } = await scene(t);
  const operator = await admin.as("operator");
  await stage.kubectl(["create", "-f", "-"], {
    ...{ apiVersion: "billing.telco.dev/v1alpha1", kind: "BillingSchedule", metadata: { name: "monthly" } },
    spec: {
      ...{ schedule: "0 0 1 * *", timeZone: "Asia/Seoul" },
      runTemplate: {
        metadata: { labels: { team: "billing" } },
        spec: { tariffRef: plannedSpec.tariffRef, partitions: 4, parallelism: 2 },
      },
    },
  });
  const { body: list } = await operator.get("/api/v1/schedules");
  assert.deepEqual(
    list.items.map(({ name, suspended }: Record<string, unknown>) => [name, suspended]),
    [["monthly", false]],
  );
  assert.equal((await operator.send("POST", "/api/v1/schedules/monthly/suspend")).status, 200);
  assert.equal((await operator.send("POST", "/api/v1/schedules/monthly/suspend")).body.code, "unneeded");
  assert.equal((await operator.get("/api/v1/schedules/monthly")).body.spec.suspend, true);
  assert.equal((await operator.send("POST", "/api/v1/schedules/monthly/resume")).status, 200);
  assert.equal((await operator.send("POST", "/api/v1/schedules/monthly/resume")).body.code, "unneeded");
  assert.equal((await operator.get("/api/v1/schedules/monthly")).body.spec.suspend, false);
  const started = await operator.send("POST", "/api/v1/schedules/monthly/run-now", { period: "2026-10" });
  assert.deepEqual([started.status, started.body.run], [200, "monthly-2026-10"]);
  const { metadata, spec } = (await stage.read("monthly-2026-10")) as unknown as {
    metadata: { labels: Record<string, string> };
    spec: Record<string, unknown>;
  };
  assert.deepEqual(metadata.labels, { team: "billing", "billing.telco.dev/schedule": "monthly" });
  assert.deepEqual([spec["period"], spec["partitions"]], ["2026-10", 4]);
  const again = await operator.send("POST", "/api/v1/schedules/monthly/run-now", { period: "2026-10" });
  assert.deepEqual([again.status, again.body.code], [409, "overtaken"]);
  assert.equal((await operator.get("/api/v1/schedules/yearly")).status, 404);
});
