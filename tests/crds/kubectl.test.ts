import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { readBillingRunStatus } from "../../crds/billing-run-status.ts";
import { kinds } from "../../crds/kinds.ts";
import type { NotificationPolicyStatus } from "../../crds/notification-policy.ts";
import { statusToApply } from "../../crds/status-to-apply.ts";
import { kubectl, kubectlOk } from "../cluster/kubectl.ts";
import { ApiServer, kindNamed } from "./api-server.ts";
import { settlingStatus, waitingStatus } from "./example-status.ts";

const server = await ApiServer.start();
after(() => server.stop());

const run = (...args: readonly string[]): Promise<string> => kubectlOk(server.plane, args);
const examples = fileURLToPath(new URL("../../crds/examples", import.meta.url));
const billingRun = kindNamed("BillingRun");
const plan = "2026-10-roaming-correction";

/** The columns of each line: kubectl parts them by three spaces. */
function table(printed: string): string[][] {
  return printed
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/ {3,}/));
}

test("all examples are accepted, with strict fields", async () => {
  const applied = await run("apply", "--validate=strict", "-f", examples);
  const files = globSync("*.yaml", { cwd: examples });
  assert.equal(applied.trim().split("\n").length, files.length);
  assert.ok(files.length >= 4);
});

test("defaults are applied, also the ones of nested fields", async () => {
  const spec = await run("get", "billingrun", "2026-10", "-o", "jsonpath={.spec}");
  assert.deepEqual(JSON.parse(spec), {
    ...{ period: "2026-10", tariffRef: { name: "kr-mobile", version: "2026-07" } },
    ...{ mode: "Commit", approvedDigest: "", partitions: 64, parallelism: 8, canary: { partitions: 1 } },
    gates: { totalChangePercent: 20, heldBills: 1000, billChangePercent: 300 },
    failurePolicy: { backoffLimitPerPartition: 2, maxFailedPartitions: 0 },
    dispatch: { release: "Automatic", notificationPolicyRef: "default" },
    ...{ suspend: false, cancel: false, retryGeneration: 0 },
  });
  const schedule = await run("get", "billingschedule", "monthly", "-o", "jsonpath={.spec}");
  const { runTemplate, ...rest } = JSON.parse(schedule) as { runTemplate: { spec: { mode: string } } };
  assert.equal(runTemplate.spec.mode, "Commit");
  assert.deepEqual(rest, {
    ...{ schedule: "0 0 1 * *", timeZone: "Asia/Seoul", suspend: false, catchUp: "Latest" },
    ...{ startingDeadlineSeconds: 864_000, successfulRunsHistoryLimit: 12, failedRunsHistoryLimit: 3 },
  });
});

test("the status is a subresource: a spec's writer cannot touch it, a status's writer not the spec", async () => {
  await run("patch", "billingrun", plan, "--type=merge", "-p", '{"status":{"phase":"Completed"}}');
  assert.equal(await run("get", "billingrun", plan, "-o", "jsonpath={.status}"), "");
  const body = { phase: "Settling" };
  const patch = JSON.stringify({ status: body, spec: { parallelism: 1 } });
  await run("patch", "billingrun", plan, "--subresource=status", "--type=merge", "-p", patch);
  const both = await run("get", "billingrun", plan, "-o", "jsonpath={.status.phase} {.spec.parallelism}");
  assert.equal(both, "Settling 16");
});

test("an applied status is read back as it was, and what became null is gone", async () => {
  const applied = await server.applyStatus(billingRun, plan, statusToApply(settlingStatus));
  assert.equal(applied.status, 200, applied.message);
  assert.deepEqual(readBillingRunStatus(applied.object["status"]), settlingStatus);
  const without = { ...settlingStatus, totals: null, estimatedCompletionTime: null };
  const again = await server.applyStatus(billingRun, plan, statusToApply(without));
  const stored = again.object["status"] as Record<string, unknown>;
  assert.ok(!("totals" in stored) && !("estimatedCompletionTime" in stored));
  assert.deepEqual(readBillingRunStatus(stored), without);
});

test("a condition stands once a type, and a reason may be newer than the definition", async () => {
  const [condition] = waitingStatus.conditions;
  const twice = { ...waitingStatus, conditions: [condition, condition] };
  const refused = await server.applyStatus(billingRun, "2026-10", statusToApply(twice));
  assert.notEqual(refused.status, 200);
  const newer = { conditions: [{ ...condition, reason: "ReasonOfTomorrow" }], phase: "PhaseOfTomorrow" };
  const accepted = await server.applyStatus(billingRun, "2026-10", newer);
  assert.equal(accepted.status, 200, accepted.message);
});

test("kubectl get shows where runs stand; -o wide, what they come to and why they wait", async () => {
  await server.applyStatus(billingRun, "2026-10", statusToApply(waitingStatus));
  await server.applyStatus(billingRun, plan, statusToApply(settlingStatus));
  const [head, ...rows] = table(await run("get", "billingruns"));
  assert.deepEqual(head, ["NAME", "PHASE", "PERIOD", "PROGRESS", "BILLED", "FAILED", "AGE"]);
  assert.deepEqual(
    rows.map((row) => row.slice(0, -1)),
    [
      ["2026-10", "AwaitingApproval", "2026-10", "64/64", "999213", "0"],
      [plan, "Settling", "2026-10", "20/64", "312190", "2"],
    ],
  );
  const wide = table(await run("get", "brun", "-o", "wide"));
  assert.deepEqual(wide[0]?.slice(7), ["AMOUNT", "CURRENCY", "RELEASE", "DIGEST", "REASON", "MESSAGE"]);
  const message = `the sum changed by 21.40 %, limit 20 %; approve digest ${waitingStatus.digest ?? ""} to promote`;
  assert.deepEqual(wide[1]?.slice(7), ["58213904410", "KRW", waitingStatus.digest, "TotalChanged", message]);
  assert.deepEqual(wide[2]?.slice(7), ["18190210230", "KRW", "Settling", "20 of 64 partitions are done"]);
});

test("schedules and policies have columns of their own", async () => {
  const schedule = kindNamed("BillingSchedule");
  const applied = await server.applyStatus(schedule, "monthly", {
    ...{
      observedGeneration: 1,
      conditions: [],
      missed: 0,
      active: [{ name: "monthly-2026-10", period: "2026-10" }],
    },
    ...{ lastScheduleTime: "2026-10-31T15:00:00Z", nextScheduleTime: "2999-11-30T15:00:00Z" },
  });
  assert.equal(applied.status, 200, applied.message);
  const [head, row] = table(await run("get", "bsched"));
  assert.deepEqual(head, ["NAME", "SCHEDULE", "TIME ZONE", "SUSPEND", "ACTIVE", "LAST", "NEXT", "AGE"]);
  assert.deepEqual(row?.slice(0, 5), ["monthly", "0 0 1 * *", "Asia/Seoul", "false", "2026-10"]);
  assert.equal(row[6], "2999-11-30T15:00:00Z");
  const refused: NotificationPolicyStatus = {
    observedGeneration: 1,
    conditions: [
      {
        ...{
          type: "Accepted",
          status: "False",
          reason: "InvalidNotificationPolicy",
          message: "lease: too short",
        },
        ...{ observedGeneration: 1, lastTransitionTime: "2026-11-01T00:00:00Z" },
      },
    ],
  };
  const judged = await server.applyStatus(kindNamed("NotificationPolicy"), "default", refused);
  assert.equal(judged.status, 200, judged.message);
  const [policies, policy] = table(await run("get", "npol"));
  assert.deepEqual(policies, ["NAME", "CHANNELS", "ACCEPTED", "AGE"]);
  assert.deepEqual(policy?.slice(0, 3), ["default", '["email","sms"]', "False"]);
});

test("the category lists all kinds", async () => {
  const all = await run("get", "billing", "-o", "name");
  for (const { kind } of kinds) assert.match(all, new RegExp(`^${kind.toLowerCase()}\\.`, "m"));
});

test("runs are found by period and by phase", async () => {
  const find = async (selector: string): Promise<string> =>
    (await run("get", "billingruns", "--field-selector", selector, "-o", "name")).trim();
  assert.equal((await find("spec.period=2026-10")).split("\n").length, 2);
  assert.equal(await find("spec.period=2026-09"), "");
  assert.equal(await find("status.phase=Settling"), `billingrun.billing.telco.dev/${plan}`);
});

test("kubectl scale changes the parallelism, within its rules", async () => {
  await run("scale", "billingrun", plan, "--replicas=32");
  assert.equal(await run("get", "billingrun", plan, "-o", "jsonpath={.spec.parallelism}"), "32");
  const scale = await run(
    "get",
    "billingrun",
    plan,
    "--subresource=scale",
    "-o",
    "jsonpath={.spec.replicas} {.status.replicas}",
  );
  assert.equal(scale, "32 8");
  const beyond = await kubectl(server.plane, ["scale", "billingrun", plan, "--replicas=129"]);
  assert.equal(beyond.code, 1);
  assert.match(beyond.stderr, /spec\.parallelism: .*must not exceed partitions/);
  const none = await kubectl(server.plane, ["scale", "billingrun", plan, "--replicas=0"]);
  assert.match(none.stderr, /spec\.parallelism: .*greater than or equal to 1/);
});

test("kubectl explain describes every field of every kind", async () => {
  const gates = await run("explain", "billingrun.spec.gates");
  assert.match(gates, /Limits that turn a surprising run into one that waits for approval\./);
  assert.match(
    gates,
    /heldBills\t<integer>\n\s+Holds the run when more accounts than this could not be billed\./,
  );
  for (const { kind } of kinds) {
    const explained = await run("explain", kind.toLowerCase(), "--recursive=false");
    assert.doesNotMatch(explained, /<no description>/);
    const fields = await run("explain", `${kind.toLowerCase()}.spec`);
    assert.doesNotMatch(fields, /<no description>/);
  }
});
