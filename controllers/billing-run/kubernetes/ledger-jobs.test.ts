import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleRun } from "../example-observations.ts";
import { endedAs, exampleJob } from "./example-jobs.ts";
import { ledgerOrder, ledgerStep } from "./ledger-jobs.ts";

const order = ledgerOrder(exampleRun(), "abandon", 2);
const endedMs = Date.parse("2026-11-01T00:00:00Z");
const failed = exampleJob(order, { conditions: endedAs("Failed", "FailedIndexes") });

test("the same change is the same Job", () => {
  assert.equal(order.name, "october-g2-abandon");
  assert.deepEqual(order.args, ["abandon", "--period", "2026-10", "--generation", "2"]);
  assert.equal(ledgerOrder(exampleRun({ retryGeneration: 3 }), "abandon", 2).name, order.name);
});

test("a change that is wanted has a Job, and waits for it", () => {
  const now = { failures: 0, nowMs: endedMs };
  assert.equal(ledgerStep(order, undefined, now).kind, "start");
  assert.deepEqual(ledgerStep(order, exampleJob(order, { active: 1 }), now), { kind: "wait", untilMs: null });
  const going = exampleJob(order, failed.status, { deletionTimestamp: "2026-11-01T00:00:00Z" });
  assert.deepEqual(ledgerStep(order, going, { failures: 1, nowMs: endedMs + 1e9 }), {
    kind: "wait",
    untilMs: null,
  });
});

test("after a failure there is a pause that doubles, to five minutes at most", () => {
  for (const [failures, pauseMs] of [
    [1, 10_000],
    [2, 20_000],
    [3, 40_000],
    [20, 300_000],
  ] as const) {
    const before = ledgerStep(order, failed, { failures, nowMs: endedMs + pauseMs - 1 });
    assert.deepEqual(before, { kind: "wait", untilMs: endedMs + pauseMs });
    assert.equal(ledgerStep(order, failed, { failures, nowMs: endedMs + pauseMs }).kind, "forget");
  }
});

test("a change that is wanted again after it was made is made again", () => {
  const done = exampleJob(order, { conditions: endedAs("Complete") });
  assert.equal(ledgerStep(order, done, { failures: 0, nowMs: endedMs + 4_999 }).kind, "wait");
  assert.equal(ledgerStep(order, done, { failures: 0, nowMs: endedMs + 5_000 }).kind, "forget");
});
