import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFiringTimes } from "../../controllers/billing-schedule/firing-times.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import type { Kubernetes } from "../../platform/kubernetes/kubernetes.ts";
import { createWorld, type World } from "./world.ts";

/** The next so many firings from the world's clock, with the names of their runs. */
function firings(world: World, count: number, schedule = "monthly"): { atMs: number; run: string }[] {
  const parsed = parseFiringTimes("0 0 1 * *", "Asia/Seoul");
  assert.ok(parsed.kind === "valid");
  const found: { atMs: number; run: string }[] = [];
  for (let at = world.nowMs; found.length < count;) {
    at = parsed.times.after(at) ?? assert.fail("no firing");
    found.push({ atMs: at, run: `${schedule}-${parsed.times.periodOf(at)}` });
  }
  return found;
}

function conditionOf(
  status: { conditions: readonly { type: string; status: string; reason: string }[] },
  type: string,
): string {
  const condition = status.conditions.find((seen) => seen.type === type);
  return `${condition?.status ?? ""} ${condition?.reason ?? ""}`;
}

test("fourteen months, two replicas at once and all restarted each month: one run a month, history kept in bounds", async (t) => {
  const world = await createWorld(t);
  await world.createSchedule("monthly", { successfulRunsHistoryLimit: 3, failedRunsHistoryLimit: 1 });
  const months = firings(world, 14);
  const uids = new Map<string, string | undefined>();
  for (const [index, { atMs, run }] of months.entries()) {
    // No election here: both replicas write, which is worse than what a paused leader does.
    const replicas = [world.startReplica(), world.startReplica()];
    await world.untilStatus("monthly", "the first look", ({ active }) => active.length === 0);
    await Promise.all(replicas.map((replica) => replica.stop()));
    world.nowMs = atMs + 60_000;
    const restarted = [world.startReplica(), world.startReplica()];
    const created = await world.untilRun(run);
    uids.set(run, created.metadata.uid);
    const status = await world.untilStatus("monthly", `${run} active`, ({ active }) => active.length === 1);
    assert.deepEqual(status.active, [{ name: run, period: run.slice("monthly-".length) }]);
    assert.equal(status.lastScheduleTime, new Date(atMs).toISOString());
    await world.endRun(run, index !== 4);
    await world.untilStatus("monthly", `${run} ended`, ({ active }) => active.length === 0);
    assert.equal((await world.run(run))?.metadata.uid, created.metadata.uid);
    await Promise.all(restarted.map((replica) => replica.stop()));
  }
  assert.equal(uids.size, 14);
  const replica = world.startReplica();
  const kept = [months[4], ...months.slice(-3)].map((month) => month?.run ?? "").sort();
  await world.eventually("history", async () => {
    const names = await world.runNames();
    return { found: names.length === kept.length ? names : null, seen: names };
  });
  assert.deepEqual(await world.runNames(), kept);
  await replica.stop();
  const status = await world.status("monthly");
  assert.equal(status?.missed, 0);
  assert.equal(status.nextScheduleTime, new Date(firings(world, 1)[0]?.atMs ?? 0).toISOString());
  const created = (await world.eventReasons()).filter((reason) => reason === "RunCreated");
  assert.equal(created.length, 14);
});

test("a run has the template's spec and labels, its period, and no owner: it outlives its schedule", async (t) => {
  const world = await createWorld(t);
  await world.createSchedule("monthly", {});
  const [first] = firings(world, 1);
  assert.ok(first);
  world.nowMs = first.atMs;
  world.startReplica();
  const run = await world.untilRun(first.run);
  const { labels, annotations, ownerReferences } = run.metadata;
  assert.equal(labels?.["team"], "billing");
  assert.equal(labels["billing.telco.dev/schedule"], "monthly");
  assert.equal(annotations?.["billing.telco.dev/scheduled-at"], new Date(first.atMs).toISOString());
  assert.equal(ownerReferences, undefined);
  const spec = run.spec as { period: string; partitions: number; tariffRef: object };
  assert.equal(`monthly-${spec.period}`, first.run);
  assert.equal(spec.partitions, 4);
  assert.deepEqual(spec.tariffRef, { name: "kr-mobile", version: "2026-07" });

  await world.kubectl("", "delete", "billingschedule", "monthly", "--cascade=foreground", "--wait=true");
  assert.equal((await world.run(first.run))?.metadata.uid, run.metadata.uid);
  // Created again, as after a mistake: the month has its run.
  await world.createSchedule("monthly", { catchUp: "All" });
  const status = await world.untilStatus("monthly", "the run", ({ active }) => active.length === 1);
  assert.equal(status.missed, 0);
  assert.deepEqual(await world.runNames(), [first.run]);
});

test("an operator that dies between the run and the status creates no second one", async (t) => {
  const world = await createWorld(t);
  await world.createSchedule("monthly", { catchUp: "All" });
  const months = firings(world, 3);
  let deaths = 0;
  // Every write of a status is lost, as by a crash just before it.
  const dying = (kubernetes: Kubernetes): Kubernetes => ({
    ...kubernetes,
    apply: () => {
      deaths++;
      return Promise.reject(new KubernetesError(0, "Died", "power failure"));
    },
  });
  world.nowMs = (months[2]?.atMs ?? 0) + 1;
  const [first, second, third] = months.map(({ run }) => run);
  const crashing = world.startReplica(dying);
  await world.untilRun(first ?? "");
  await world.eventually("a lost status", () => Promise.resolve({ found: deaths > 1 || null, seen: deaths }));
  await crashing.stop();
  assert.deepEqual(await world.runNames(), [first]);
  world.startReplica();
  for (const run of [first, second, third]) {
    await world.untilRun(run ?? "");
    await world.endRun(run ?? "");
  }
  const status = await world.untilStatus(
    "monthly",
    "all settled",
    ({ active, settledUntil }) =>
      active.length === 0 && settledUntil === new Date(months[2]?.atMs ?? 0).toISOString(),
  );
  assert.equal(status.missed, 0);
  assert.deepEqual(await world.runNames(), [first, second, third]);
});

test("when its only run has ended, a schedule still knows what it missed", async (t) => {
  const world = await createWorld(t);
  await world.createSchedule("monthly", { catchUp: "Latest" });
  const [, , third] = firings(world, 3);
  assert.ok(third);
  world.nowMs = third.atMs + 1;
  world.startReplica();
  await world.untilStatus("monthly", "the run", ({ active }) => active.length === 1);
  await world.endRun(third.run);
  const status = await world.untilStatus("monthly", "no run", ({ active }) => active.length === 0);
  assert.equal(status.missed, 2);
  assert.equal(status.settledUntil, new Date(third.atMs).toISOString());
});

test("a firing waits for the run before it, says so, and follows when that has ended", async (t) => {
  const world = await createWorld(t);
  await world.createSchedule("monthly", {});
  const [first, second] = firings(world, 2);
  assert.ok(first && second);
  world.nowMs = first.atMs;
  const replica = world.startReplica();
  await world.untilRun(first.run);
  await world.untilStatus("monthly", "the run", ({ active }) => active.length === 1);
  await replica.stop();
  world.nowMs = second.atMs;
  world.startReplica();
  const status = await world.untilStatus("monthly", "to wait", (seen) =>
    conditionOf(seen, "Waiting").startsWith("True"),
  );
  assert.equal(conditionOf(status, "Waiting"), "True PreviousRunUnfinished");
  assert.deepEqual(await world.runNames(), [first.run]);
  await world.endRun(first.run, false);
  await world.untilRun(second.run);
  await world.untilStatus("monthly", "not to wait", (seen) =>
    conditionOf(seen, "Waiting").startsWith("False"),
  );
  assert.ok((await world.eventReasons()).includes("PreviousRunUnfinished"));
});

test("a run that the server refuses keeps its firing; so does a name that somebody else's run has", async (t) => {
  const world = await createWorld(t);
  await world.createSchedule("monthly", { catchUp: "None" });
  const [first] = firings(world, 1);
  assert.ok(first);
  const policy = `no-runs-${world.namespace}`;
  const admission = { apiVersion: "admissionregistration.k8s.io/v1" };
  const rule = {
    apiGroups: ["billing.telco.dev"],
    apiVersions: ["*"],
    operations: ["CREATE"],
    resources: ["billingruns"],
  };
  const inNamespace = { matchLabels: { "kubernetes.io/metadata.name": world.namespace } };
  const objects = [
    {
      ...{ ...admission, kind: "ValidatingAdmissionPolicy", metadata: { name: policy } },
      spec: {
        matchConstraints: { resourceRules: [rule], namespaceSelector: inNamespace },
        validations: [{ expression: "false", message: "no billing during the audit" }],
      },
    },
    {
      ...{ ...admission, kind: "ValidatingAdmissionPolicyBinding", metadata: { name: policy } },
      spec: { policyName: policy, validationActions: ["Deny"] },
    },
  ];
  await world.kubectl(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }), "apply", "-f", "-");
  t.after(() => world.kubectl("", "delete", "validatingadmissionpolicy", policy, "--ignore-not-found"));
  await world.eventually("the policy in force", async () => {
    const { code } = await world.tryRun();
    return { found: code === 403 || code === 422 || null, seen: code };
  });
  world.nowMs = first.atMs;
  const replica = world.startReplica();
  const refused = await world.untilStatus("monthly", "the refusal", (seen) =>
    conditionOf(seen, "Waiting").endsWith("RunRefused"),
  );
  assert.match(JSON.stringify(refused.conditions), /no billing during the audit/);
  assert.equal(refused.lastScheduleTime, null);
  await replica.stop();

  await world.kubectl("", "delete", "validatingadmissionpolicybinding", policy);
  await world.eventually("the policy gone", async () => {
    const { code } = await world.tryRun();
    return { found: code === 201 || null, seen: code };
  });
  const spec = { period: "2020-01", tariffRef: { name: "kr-mobile", version: "2026-07" } };
  const run = {
    apiVersion: "billing.telco.dev/v1alpha1",
    kind: "BillingRun",
    metadata: { name: first.run },
    spec,
  };
  await world.kubectl(JSON.stringify(run), "create", "-f", "-");
  const next = world.startReplica();
  await world.untilStatus("monthly", "the other's run", (seen) =>
    conditionOf(seen, "Waiting").endsWith("RunNameTaken"),
  );
  await next.stop();
  await world.kubectl("", "delete", "billingrun", first.run);
  world.startReplica();
  const created = await world.untilRun(first.run);
  assert.equal(created.metadata.labels?.["billing.telco.dev/schedule"], "monthly");
  await world.untilStatus("monthly", "not to wait", (seen) =>
    conditionOf(seen, "Waiting").startsWith("False"),
  );
});

test("a schedule that never fires is said to be so, and is good again when it is mended", async (t) => {
  const world = await createWorld(t);
  await world.createSchedule("never", { schedule: "0 0 31 2 *" });
  world.startReplica();
  const status = await world.untilStatus("never", "a judgement", () => true);
  assert.equal(conditionOf(status, "Accepted"), "False NeverFires");
  assert.ok(
    await world.eventually("an Event", async () => {
      const reasons = await world.eventReasons();
      return { found: reasons.includes("ScheduleRefused") || null, seen: reasons };
    }),
  );
  await world.kubectl(
    "",
    "patch",
    "billingschedule",
    "never",
    "--type=merge",
    "-p",
    '{"spec":{"schedule":"0 0 28 2 *"}}',
  );
  const mended = await world.untilStatus("never", "acceptance", (seen) =>
    conditionOf(seen, "Accepted").startsWith("True"),
  );
  assert.match(mended.nextScheduleTime ?? "", /-02-27T15:00:00/);
});
