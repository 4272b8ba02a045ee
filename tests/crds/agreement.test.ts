import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { settleStep, jobName } from "../../controllers/billing-run/job-orders.ts";
import { runNameOf } from "../../crds/schedule-names.ts";
import { apiVersion, billingRunSpec } from "../../crds/billing-run.ts";
import { billingScheduleSpec } from "../../crds/billing-schedule.ts";
import { runNameMaxLength, scheduleNameMaxLength } from "../../crds/names.ts";
import { notificationPolicySpec } from "../../crds/notification-policy.ts";
import { parseBillingRun } from "../../crds/parse-billing-run.ts";
import { kubectl } from "../cluster/kubectl.ts";
import { ApiServer, kindNamed } from "./api-server.ts";
import { minimalSpec } from "./minimal-spec.ts";
import { refusals } from "./refusals.ts";

const server = await ApiServer.start();
after(() => server.stop());

const billingRun = kindNamed("BillingRun");
const least = minimalSpec.BillingRun;

/** Both judge the same run; where both accept it, it has the same defaults. Returns whether they do. */
async function agreeOn(spec: object, name = "x"): Promise<boolean> {
  const parsed = parseBillingRun({ apiVersion, kind: "BillingRun", metadata: { name }, spec });
  const answer = await server.create(billingRun, name, { spec });
  const problems = parsed.kind === "invalid" ? JSON.stringify(parsed.problems) : "none";
  const said = `${JSON.stringify(spec)}\nzod: ${problems}\nAPI server: ${answer.status} ${answer.message}`;
  assert.equal(parsed.kind === "valid", answer.status === 201, said);
  if (parsed.kind === "valid") assert.deepEqual(answer.object.spec, parsed.manifest.spec);
  return parsed.kind === "valid";
}

const good: readonly object[] = [
  {},
  { mode: "Plan" },
  { approvedDigest: "" },
  { approvedDigest: "0123456789abcdef".repeat(4) },
  { partitions: 1, parallelism: 1 },
  { partitions: 1, parallelism: 1, canary: { partitions: 5 } },
  { partitions: 2, parallelism: 2, canary: { partitions: 0 } },
  { partitions: 1024, parallelism: 1024, canary: { partitions: 1023 } },
  { gates: { totalChangePercent: 0.5, billChangePercent: 1_000_000 } },
  { gates: {}, canary: {}, dispatch: {}, failurePolicy: {} },
  { dispatch: { release: "None", notificationPolicyRef: "a-policy" } },
  { dispatch: { releaseAt: "2026-11-05T09:00:00+09:00" } },
  { dispatch: { release: "Automatic", releaseAt: "2026-11-05T00:00:00.123Z" } },
  { suspend: true, cancel: true, retryGeneration: 999 },
  { tariffRef: { name: "a", version: "any text, of 2026" } },
];

const bad: readonly object[] = [
  ...refusals
    .filter(({ kind, before, name, badStatus }) => kind === "BillingRun" && !before && !name && !badStatus)
    .map(({ spec }) => spec),
  { period: 202610 },
  { period: "2026-10-01" },
  { approvedDigest: "a".repeat(63) },
  { approvedDigest: "A".repeat(64) },
  { partitions: 8.5 },
  { partitions: "8" },
  { parallelism: 0 },
  { canary: { partitions: -1 } },
  { canary: { partition: 1 } },
  { gates: { heldBills: 0.5 } },
  { gates: { heldBills: 2_147_483_648 } },
  { gates: { billChangePercent: 1_000_001 } },
  { gates: [] },
  { suspend: "yes" },
  { cancle: true },
  { tariffRef: { name: "a", version: "b", date: "c" } },
  { tariffRef: { name: "a".repeat(64), version: "b" } },
  { dispatch: { release: "Later" } },
  { dispatch: { releaseAt: "2026-13-05T09:00:00Z" } },
  { dispatch: { releaseAt: "2026-11-05" } },
  { dispatch: { release: "None", releaseAt: "2026-11-05T09:00:00Z" } },
  { retryGeneration: -1 },
];

test("zod and the API server accept the same runs, with the same defaults", async () => {
  for (const spec of good)
    assert.ok(await agreeOn(withoutNulls({ ...least, ...spec })), JSON.stringify(spec));
  for (const spec of bad)
    assert.ok(!(await agreeOn(withoutNulls({ ...least, ...spec }))), JSON.stringify(spec));
});

test("they agree on names", async () => {
  for (const name of ["2026-10", "a", "a".repeat(34)]) assert.ok(await agreeOn(least, name), name);
  for (const name of ["a".repeat(35), "2026.10", "Oct", "-a", "a-"])
    assert.ok(!(await agreeOn(least, name)), name);
});

test("they agree on runs put together at random", async () => {
  const number = fc.oneof(fc.integer({ min: -1, max: 12 }), fc.integer({ min: 1020, max: 1026 }));
  const spec = fc.record(
    {
      period: fc.constantFrom("2026-10", "2026-00", "0000-01"),
      tariffRef: fc.constant(least["tariffRef"]),
      mode: fc.constantFrom("Plan", "Commit", "plan"),
      approvedDigest: fc.constantFrom("", "f".repeat(64), "g".repeat(64)),
      partitions: number,
      parallelism: number,
      canary: fc.record({ partitions: number }, { requiredKeys: [] }),
      failurePolicy: fc.record({ backoffLimitPerPartition: number }, { requiredKeys: [] }),
      suspend: fc.boolean(),
    },
    { requiredKeys: ["tariffRef", "period"] },
  );
  await fc.assert(
    fc.asyncProperty(spec, async (candidate) => {
      await agreeOn(candidate);
    }),
    { numRuns: 300 },
  );
});

test("schedules and policies get the same defaults from both, and the same refusals", async () => {
  const schemas = { BillingSchedule: billingScheduleSpec, NotificationPolicy: notificationPolicySpec };
  for (const [name, schema] of Object.entries(schemas)) {
    const kind = name as keyof typeof schemas;
    const answer = await server.create(kindNamed(kind), "x", { spec: minimalSpec[kind] });
    assert.deepEqual(answer.object.spec, schema.parse(minimalSpec[kind]));
    const ofSpec = refusals.filter((one) => one.kind === kind && !one.name && !one.badStatus);
    for (const { spec, rule } of ofSpec) {
      const full = withoutNulls({ ...minimalSpec[kind], ...spec });
      assert.equal(schema.safeParse(full).success, false, rule);
    }
  }
});

test("they agree on quiet hours put together at random", async () => {
  const time = fc.constantFrom("00:00", "06:00", "08:00", "12:00", "20:00", "22:00");
  const window = fc.record({ start: time, end: fc.oneof(time, fc.constant("24:00")) });
  const policy = kindNamed("NotificationPolicy");
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(window, { maxLength: 5 }), async (quietHours) => {
      const { status, message } = await server.create(policy, "x", { spec: { quietHours } });
      const accepted = notificationPolicySpec.safeParse({ quietHours }).success;
      assert.equal(status === 201, accepted, message);
      if (!accepted) refused += 1;
    }),
    { numRuns: 300 },
  );
  assert.ok(refused > 0);
});

test("the longest names make Jobs that Kubernetes accepts, one character more would not", async () => {
  const accepted = async (runName: string): Promise<boolean> => {
    const spec = billingRunSpec.parse({ ...least, retryGeneration: 999 });
    const run = { metadata: { name: runName, uid: "u", generation: 1 }, spec };
    const name = `${runName}-${settleStep(999, "canary")}-r999`;
    if (runName.length <= runNameMaxLength) assert.equal(jobName(run, settleStep(999, "canary")), name);
    const { code } = await kubectl(server.plane, ["create", "--dry-run=server", "-f", "-"], {
      input: indexedJob(name),
    });
    return code === 0;
  };
  assert.ok(await accepted("a".repeat(runNameMaxLength)));
  assert.ok(!(await accepted("a".repeat(runNameMaxLength + 1))));
  const scheduled = runNameOf("a".repeat(scheduleNameMaxLength), "2026-10");
  assert.ok(await agreeOn(least, scheduled));
  assert.ok(!(await agreeOn(least, `${scheduled}a`)));
});

function withoutNulls(spec: object): object {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));
}

/** An Indexed Job with as many indexes as a run can have partitions. */
function indexedJob(name: string): string {
  const containers = [{ name: "settle", image: "billing-operator" }];
  return JSON.stringify({
    ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name } },
    spec: {
      ...{ completionMode: "Indexed", completions: 1024, parallelism: 8 },
      template: { spec: { restartPolicy: "Never", containers } },
    },
  });
}
