import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleLedger, exampleRun, verifiedLedger } from "./example-observations.ts";
import { canaryGate, resultGate } from "./gates.ts";

// The example's result: 396 bills of 100 each, 39,600 in all, 4 accounts held.
const { spec } = exampleRun();

function sumGate(baselineMinor: bigint, totalChangePercent: number): string | undefined {
  const baseline = { billed: 396, totalMinor: baselineMinor, largestBillIncreasePercent: 0 };
  const gates = { ...spec.gates, totalChangePercent };
  return resultGate({ ...spec, gates }, verifiedLedger({ baseline }))?.reason;
}

test("a change of exactly the limit passes, a hundredth of a percent more does not, up or down", () => {
  assert.equal(sumGate(33_000n, 20), undefined);
  assert.equal(sumGate(33_000n, 19.99), "TotalChanged");
  assert.equal(sumGate(49_500n, 20), undefined);
  assert.equal(sumGate(49_500n, 19.99), "TotalChanged");
});

test("sums beyond the safe integers are compared exactly", () => {
  const huge = 2n ** 80n;
  const partition = { ...exampleLedger(["done"]).partitions[0], totalMinor: huge };
  const partitions = [partition as ReturnType<typeof exampleLedger>["partitions"][number]];
  const baseline = { billed: 99, totalMinor: huge, largestBillIncreasePercent: 0 };
  const gates = { ...spec.gates, totalChangePercent: 0 };
  assert.equal(resultGate({ ...spec, gates }, verifiedLedger({ partitions, baseline })), null);
});

test("something from nothing is a change without bound; nothing from nothing is none", () => {
  assert.equal(sumGate(0n, 1_000_000), "TotalChanged");
  const baseline = { billed: 0, totalMinor: 0n, largestBillIncreasePercent: 0 };
  const empty = verifiedLedger({ baseline, partitions: [] });
  assert.equal(resultGate(spec, empty), null);
});

test("as many held accounts as the limit pass", () => {
  const held = (heldBills: number) =>
    resultGate({ ...spec, gates: { ...spec.gates, heldBills } }, verifiedLedger());
  assert.equal(held(4), null);
  assert.equal(held(3)?.message, "4 accounts held, limit 3");
});

test("the canary is judged by the amount a bill, as its members were not summed by themselves before", () => {
  const ledger = (totalMinor: bigint) =>
    exampleLedger(["done", "pending", "pending", "pending"], {
      baseline: { billed: 1_000, totalMinor, largestBillIncreasePercent: null },
    });
  assert.equal(canaryGate(spec, ledger(100_000n)), null);
  assert.equal(canaryGate(spec, ledger(80_000n))?.reason, "CanaryAmountChanged");
  assert.equal(canaryGate({ ...spec, canary: { partitions: 0 } }, ledger(80_000n)), null);
});
