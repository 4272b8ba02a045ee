import assert from "node:assert/strict";
import { test } from "node:test";
import { billingRuns } from "../../controllers/billing-run/kubernetes/names.ts";
import { billingSchedules } from "../../controllers/billing-schedule/kubernetes-names.ts";
import type { KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";
import { createWorld, type World } from "./world.ts";

// The operator's process killed (SIGKILL) between what it does for a schedule; the months are real, with nobody to bill.

const zone = "Asia/Seoul";
const months = 4;

/** The last four months in Seoul, oldest first, and an instant in the one that the first of them fires after. */
function lastMonths(): { readonly periods: string[]; readonly settledUntil: string } {
  const [year = 0, month = 0] = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" })
    .format()
    .split("-")
    .map(Number);
  const start = (back: number): Date => new Date(Date.UTC(year, month - 1 - back, 15));
  return {
    periods: Array.from({ length: months }, (_, index) =>
      start(months - index)
        .toISOString()
        .slice(0, 7),
    ),
    settledUntil: start(months).toISOString(),
  };
}

function schedule(world: World): Parameters<World["client"]["get"]>[0] {
  return { resource: billingSchedules, namespace: world.namespace, name: "monthly" };
}

/** A schedule whose operator has been away since `settledUntil`. */
async function createSchedule(world: World, settledUntil: string): Promise<void> {
  const spec = {
    ...{ schedule: "0 0 1 * *", timeZone: zone, catchUp: "All" },
    runTemplate: {
      spec: {
        ...{ tariffRef: { name: "kr-mobile", version: "2026-07" }, partitions: 1, parallelism: 1 },
        ...{ canary: { partitions: 0 }, dispatch: { release: "None" } },
      },
    },
  };
  const manifest = { apiVersion: "billing.telco.dev/v1alpha1", kind: "BillingSchedule" };
  await world.client.create(billingSchedules, world.namespace, {
    ...{ ...manifest, metadata: { name: "monthly" }, spec },
  });
  const status = { observedGeneration: 1, conditions: [], missed: 0 };
  await world.client.mergePatch(
    { ...schedule(world), subresource: "status" },
    { status: { ...status, timing: `0 0 1 * * ${zone}`, settledUntil } },
  );
}

async function runs(world: World): Promise<readonly KubernetesObject[]> {
  const { items } = await world.client.list<KubernetesObject>(billingRuns, { namespace: world.namespace });
  return [...items].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

const namesOf = (objects: readonly KubernetesObject[]): string[] =>
  objects.map(({ metadata }) => metadata.name);

test("killed between a run and the status, and between deletions: a run a month, and of finished ones only the old go", async (t) => {
  const world = await createWorld(t, { real: true });
  await world.carrier.rows("truncate accounts, subscriptions, usage_records cascade");
  const { periods, settledUntil } = lastMonths();
  const names = periods.map((period) => `monthly-${period}`);
  await createSchedule(world, settledUntil);

  for (let kill = 1; kill <= 2; kill++) {
    await world.crashAt("schedule.after-actions");
    assert.deepEqual(
      namesOf(await runs(world)),
      names.slice(0, 1),
      "the run is there, and the status knows nothing of it",
    );
    const object = await world.client.get<KubernetesObject & { status?: object }>(schedule(world));
    assert.ok(!("lastScheduleTime" in (object?.status ?? {})));
  }
  const operator = world.startOperator();
  for (const name of names) assert.equal((await world.untilFinished(name)).phase, "Completed", name);
  await world.stopOperator(operator);
  const before = await runs(world);
  assert.deepEqual(namesOf(before), names);

  await world.client.mergePatch(schedule(world), { spec: { successfulRunsHistoryLimit: 1 } });
  await world.crashAt("schedule.after-delete-run");
  const going = (await runs(world)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  assert.deepEqual(namesOf(going), names.slice(1), "one is deleted, oldest first");
  await world.crashAt("schedule.after-delete-run");
  await world.crashAt("schedule.after-actions");
  world.startOperator();
  await world.eventually(
    async () => (await runs(world)).length === 1,
    () => "the history was to be within its limit",
  );
  const [kept] = await runs(world);
  assert.deepEqual([kept?.metadata.name, kept?.metadata.uid], [names.at(-1), before.at(-1)?.metadata.uid]);
  const generations = await world.carrier.rows(
    "select to_char(period, 'YYYY-MM') as period, number, state from generations order by 1, 2",
  );
  assert.deepEqual(
    generations,
    periods.map((period) => ({ period, number: 1, state: "live" })),
    "what was billed stays, once",
  );
});
