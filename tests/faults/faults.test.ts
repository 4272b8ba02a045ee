import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startFaultWorld } from "./fault-world.ts";
import { nobodyInKafka, nobodyNamed } from "./judge.ts";
import { runSeed } from "./run-seed.ts";
import { nameOf, scheduleOf } from "./schedule.ts";

/*
 * The short form of `make faults`: seeds chosen for what they break, each a minute's worth of accidents in some
 * seconds. `make faults SEED=<n>` repeats one that fails here.
 */
const seeds = [1, 3, 4, 7];

const world = await startFaultWorld(1);
after(() => world.close());

for (const [ordinal, seed] of seeds.entries()) {
  void test(`seed ${seed}: every message comes to its end, and each member is told once`, async (t) => {
    const result = await runSeed(world, seed, ordinal);
    t.diagnostic(`${JSON.stringify(result.states)}; ${result.hits.join(", ")}`);
    assert.deepEqual(result.broken, []);
    const { SENT = 0, DELIVERED = 0 } = result.states;
    assert.ok(SENT + DELIVERED > 300, JSON.stringify(result.states));
  });
}

void test("nothing that Kafka holds names a member", async () => {
  const { holds, detail } = await nobodyInKafka(world);
  assert.ok(holds, detail);
});

void test("a text that names a member is found, and so is the lack of any text", () => {
  const named = ["Member 7", "sent to canary20", "to m7@example.com", "01000000007"];
  for (const text of named) assert.equal(nobodyNamed("logs", ["nothing", text]).holds, false, text);
  assert.equal(nobodyNamed("logs", []).holds, false);
  assert.equal(nobodyNamed("logs", ['{"billId":2026100000000007,"key":"7"}']).holds, true);
});

void test("a seed is always the same schedule, and two hundred of them draw every fault", () => {
  const schedules = Array.from({ length: 200 }, (_, index) => scheduleOf(index + 1));
  assert.deepEqual(scheduleOf(17), scheduleOf(17));
  const names = new Set(schedules.flatMap(({ faults }) => faults.map(({ fault }) => nameOf(fault))));
  assert.ok(names.size >= 44, [...names].toSorted().join());
});
