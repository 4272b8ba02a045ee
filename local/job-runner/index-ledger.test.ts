import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JobOrder } from "../../controllers/job-runner.ts";
import { IndexLedger, type ChildExit } from "./index-ledger.ts";

function order(changes: Partial<JobOrder> = {}): JobOrder {
  return {
    name: "october-settle-r0",
    kind: "settle",
    args: [],
    indexes: [0, 1, 2, 3],
    parallelism: 2,
    backoffLimitPerIndex: 2,
    maxFailedIndexes: 0,
    ...changes,
  };
}

function exit(exitCode: number | null, interrupted = false): ChildExit {
  return { exitCode, interrupted, lastWords: "" };
}

test("no more than parallelism run at once, in order, until all succeeded", () => {
  const ledger = new IndexLedger(order(), 100);
  assert.deepEqual(ledger.takeStartable(0), [0, 1]);
  assert.deepEqual(ledger.takeStartable(0), []);
  ledger.recordExit(1, exit(0), 0);
  assert.deepEqual(ledger.takeStartable(0), [2]);
  for (const index of [0, 2]) ledger.recordExit(index, exit(0), 0);
  assert.deepEqual(ledger.takeStartable(0), [3]);
  assert.equal(ledger.facts().state, "active");
  ledger.recordExit(3, exit(0), 0);
  assert.equal(ledger.facts().state, "succeeded");
});

test("a counted failure backs off, doubling, and the limit fails the index and the job", () => {
  const ledger = new IndexLedger(order({ indexes: [5] }), 100);
  let nowMs = 0;
  for (const waitMs of [100, 200]) {
    assert.deepEqual(ledger.takeStartable(nowMs), [5]);
    ledger.recordExit(5, exit(1), nowMs);
    assert.deepEqual(ledger.takeStartable(nowMs + waitMs - 1), []);
    nowMs += waitMs;
  }
  assert.deepEqual(ledger.takeStartable(nowMs), [5]);
  ledger.recordExit(5, exit(null), nowMs);
  assert.equal(ledger.facts().state, "failed");
  assert.deepEqual(ledger.facts().indexes, [{ index: 5, state: "failed", failures: 3 }]);
});

test("exit 75, and any end that we asked for, does not count", () => {
  const ledger = new IndexLedger(order({ indexes: [0], backoffLimitPerIndex: 0 }), 100);
  for (const [turn, ended] of [exit(75), exit(null, true), exit(1, true)].entries()) {
    assert.deepEqual(ledger.takeStartable(turn * 100), [0]);
    ledger.recordExit(0, ended, turn * 100);
  }
  assert.deepEqual(ledger.facts().indexes, [{ index: 0, state: "pending", failures: 0 }]);
});

test("exit 42 fails the index at once; the others go on while maxFailedIndexes allows", () => {
  const ledger = new IndexLedger(order({ maxFailedIndexes: 1 }), 100);
  ledger.takeStartable(0);
  ledger.recordExit(0, exit(42), 0);
  assert.deepEqual(ledger.takeStartable(0), [2]);
  assert.equal(ledger.excess(), 0);
  for (const index of [1, 2]) ledger.recordExit(index, exit(0), 0);
  ledger.takeStartable(0);
  ledger.recordExit(3, exit(0), 0);
  assert.deepEqual([ledger.facts().state, ledger.facts().failure?.reason], ["failed", "FailedIndexes"]);
});

test("more failed indexes than allowed end the job: the running ones are to be interrupted", () => {
  const ledger = new IndexLedger(order(), 100);
  ledger.takeStartable(0);
  ledger.recordExit(0, exit(42), 0);
  assert.equal(ledger.excess(), 1);
  assert.equal(ledger.facts().state, "active", "while a child still runs");
  ledger.recordExit(1, exit(75, true), 0);
  assert.deepEqual(ledger.takeStartable(1_000), []);
  assert.equal(ledger.facts().failure?.reason, "MaxFailedIndexesExceeded");
  assert.equal(ledger.facts().state, "failed");
});

test("exit 43 fails the whole job", () => {
  const ledger = new IndexLedger(order({ maxFailedIndexes: 4 }), 100);
  ledger.takeStartable(0);
  ledger.recordExit(1, { ...exit(43), lastWords: "generation was abandoned" }, 0);
  assert.equal(ledger.excess(), 1);
  ledger.recordExit(0, exit(0), 0);
  const { failure, state } = ledger.facts();
  assert.deepEqual([state, failure?.reason, failure?.exitCode], ["failed", "FailJob", 43]);
  assert.match(failure?.message ?? "", /generation was abandoned/);
});

test("parallelism changes live; 0 interrupts all and starts none", () => {
  const ledger = new IndexLedger(order(), 100);
  ledger.takeStartable(0);
  ledger.parallelism = 0;
  assert.equal(ledger.excess(), 2);
  for (const index of [0, 1]) ledger.recordExit(index, exit(75, true), 0);
  assert.deepEqual(ledger.takeStartable(1_000), []);
  ledger.parallelism = 4;
  assert.deepEqual(ledger.takeStartable(1_000), [0, 1, 2, 3]);
});

test("whatever exits come in whatever order, limits hold and the job ends", () => {
  const codes = fc.constantFrom(0, 0, 0, 1, 42, 75, null);
  fc.assert(
    fc.property(fc.array(codes, { maxLength: 60 }), fc.nat(3), (outcomes, maxFailedIndexes) => {
      const ledger = new IndexLedger(order({ maxFailedIndexes }), 100);
      const active: number[] = [];
      for (let turn = 0; turn < 200 && ledger.facts().state === "active"; turn++) {
        const nowMs = turn * 1_000;
        active.push(...ledger.takeStartable(nowMs));
        assert.ok(active.length <= 2);
        const index = active.shift();
        if (index !== undefined) {
          const outcome = outcomes[turn];
          ledger.recordExit(index, exit(outcome === undefined ? 0 : outcome), nowMs);
        }
      }
      const { state, indexes, failure } = ledger.facts();
      const failed = indexes.filter((entry) => entry.state === "failed").length;
      assert.equal(state, failed > 0 ? "failed" : "succeeded");
      assert.equal(failure === null, failed === 0);
      for (const entry of indexes) assert.ok(entry.failures <= 3);
    }),
  );
});
