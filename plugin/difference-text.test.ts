import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceText, parseReport } from "./difference-text.ts";

const printed = {
  run: "october",
  period: "2026-10",
  generation: 2,
  state: "verified",
  currency: "KRW",
  totalMinor: "1100000",
  comparison: {
    baseline: { period: "2026-10", generation: 1 },
    baselineTotalMinor: "1000000",
    difference: {
      unchanged: 40,
      changed: 3,
      added: 2,
      removed: 1,
      raisedMinor: "120000",
      loweredMinor: "20000",
    },
    movers: [
      { accountId: 42, beforeMinor: 10_000, afterMinor: 120_000 },
      { accountId: 7, beforeMinor: 30_000, afterMinor: 10_000 },
      { accountId: 9, beforeMinor: 0, afterMinor: 10_000 },
    ],
  },
};

test("both sums, how they differ, and who moved most", () => {
  const text = differenceText(parseReport(JSON.stringify(printed)));
  assert.match(text, /2026-10 g1 │ +2026-10 g2/);
  assert.match(text, /amount +│ +1,000,000 KRW │ +1,100,000 KRW │ \+100,000 KRW \(\+10\.00 %\)/);
  assert.match(text, /40 bills unchanged, 3 changed, 2 new, 1 gone/);
  assert.match(text, /account 42 +│ +10,000 KRW │ +120,000 KRW │ \+110,000 KRW \(\+1100\.00 %\)/);
  assert.match(text, /account 7 .* -20,000 KRW \(-66\.66 %\)/);
  assert.match(text, /account 9 .* \+10,000 KRW │/);
});

test("the first month has nothing to be compared with", () => {
  const first = parseReport(JSON.stringify({ ...printed, comparison: null }));
  assert.equal(differenceText(first), "october: nothing to compare generation 2 of 2026-10 with.");
});
