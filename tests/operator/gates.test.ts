import assert from "node:assert/strict";
import { test } from "node:test";
import type { BillingRunSpec } from "../../crds/billing-run.ts";
import type { Reason } from "../../crds/conditions.ts";
import { conditionOf, createWorld, type World } from "./world.ts";

// A month is settled again with other bills than those that are live: real bills, compared by the operator's own queries.

/** No bill may rise by more than thrice, nor the sum or a canary's average move by more than a fifth. */
const gates = { heldBills: 100, totalChangePercent: 20, billChangePercent: 300 };

/** Adds to bills of the month; the adjustments of the try before are gone. */
async function raise(world: World, where: string, minor: number): Promise<number> {
  await world.carrier.rows("delete from adjustments where created_by = 'gates'");
  const raised = await world.carrier.rows(
    `insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
     select id, bucket, date '2026-10-01', 'final', $1, 'raised', 'gates' from accounts
     where id in (select account_id from bills) and ${where} returning account_id`,
    [minor],
  );
  return raised.length;
}

/** Applies a run, waits until a gate holds it, and says with which words. */
async function heldBy(
  world: World,
  name: string,
  reason: Reason,
  spec: Partial<BillingRunSpec> = {},
): Promise<string> {
  await world.apply(name, { gates, canary: { partitions: 0 }, ...spec });
  const held = await world.until(
    name,
    `was to be held by ${reason}`,
    ({ phase }) => phase === "AwaitingApproval",
  );
  const approved = conditionOf(held, "Approved");
  assert.deepEqual([approved.status, approved.reason], ["False", reason]);
  await world.eventually(
    async () => (await world.eventReasons(name)).includes(reason),
    () => `an Event of ${reason}`,
  );
  assert.deepEqual((await world.generationStates())[0], "live", "what is live stays so");
  return approved.message;
}

async function cancel(world: World, name: string): Promise<void> {
  await world.change(name, { cancel: true });
  assert.equal((await world.untilFinished(name)).phase, "Cancelled");
}

test("raised bills are held by the gate that they go beyond: the canary's average, the sum, a single bill", async (t) => {
  const world = await createWorld(t);
  world.startOperator();
  await world.apply("live");
  const { members, totals } = await world.untilFinished("live");
  const averageMinor = Math.ceil(Number(totals?.amountMinor) / members.billed);

  await raise(world, "true", averageMinor);
  const canary = await heldBy(world, "canary", "CanaryAmountChanged", { canary: { partitions: 1 } });
  assert.match(
    canary,
    /^canary: amount a bill changed by \d+\.\d\d %, limit 20 %; approve digest [0-9a-f]{64} to settle the rest$/,
  );
  assert.equal((await world.status("canary"))?.partitions.succeeded, 1, "the others are not settled");
  await cancel(world, "canary");

  // Half of the average more for everybody: the sum is beyond its limit, no bill is.
  await raise(world, "true", Math.ceil(averageMinor / 2));
  const minimum = await world.carrier.value<number>(
    "select min(total_minor)::float8 from bills where total_minor > 0",
  );
  const billChangePercent = Math.ceil((averageMinor / 2 / minimum) * 100) + 1;
  const total = await heldBy(world, "total", "TotalChanged", { gates: { ...gates, billChangePercent } });
  assert.match(
    total,
    /^the sum changed by (49\.\d\d|50\.\d\d) %, limit 20 %; approve digest [0-9a-f]{64} to promote$/,
  );
  await cancel(world, "total");

  // One bill of the average becomes five times as much: the sum moves by a few percent, and no more.
  const one =
    "id = (select account_id from bills where total_minor > 1000 order by total_minor, account_id limit 1)";
  assert.equal(await raise(world, one, averageMinor * 4), 1);
  const single = await heldBy(world, "single", "SingleBillChanged");
  const expected = await world.carrier.value<string>(
    `select to_char(max((n.total_minor - b.total_minor) * 100.0 / b.total_minor), 'FM999999990.00') from bills n
     join bills b using (account_id) where n.generation = 4 and b.generation = 1 and b.total_minor > 0`,
  );
  assert.ok(
    single.startsWith(`a bill rose by ${expected} %, limit 300 %; approve digest `),
    `${single} / ${expected}`,
  );

  const digest = (await world.status("single"))?.digest;
  await world.change("single", { approvedDigest: digest });
  const promoted = await world.untilFinished("single");
  assert.deepEqual(
    [promoted.phase, conditionOf(promoted, "Approved").reason],
    ["Completed", "ApprovedByDigest"],
  );
  assert.deepEqual(await world.generationStates(), ["superseded", "abandoned", "abandoned", "live"]);
});
