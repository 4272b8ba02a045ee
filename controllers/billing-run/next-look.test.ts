import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseRetryMs, nextLookMs, pauseAfterMs } from "./next-look.ts";

const requeue = [{ kind: "requeue", afterMs: 1_000 }] as const;

test("looking takes a twentieth of the database's time at most", () => {
  const pauseMs = pauseAfterMs(200);
  assert.equal(pauseMs, 4_000);
  assert.equal(nextLookMs(requeue, { pauseMs, quietLooks: 0, finished: false }), 4_000);
});

test("a run that only waits is looked at less and less often", () => {
  const waits = [0, 1, 2, 10].map((quietLooks) =>
    nextLookMs(requeue, { pauseMs: 0, quietLooks, finished: false }),
  );
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 30_000]);
});

test("what waits for a person is looked at now and then, what has ended is not", () => {
  assert.equal(nextLookMs([], { pauseMs: 0, quietLooks: 5, finished: false }), 600_000);
  assert.equal(nextLookMs([], { pauseMs: 0, quietLooks: 5, finished: true }), null);
});

test("a database that is away is asked after 1, 2, 4 … 30 seconds", () => {
  assert.deepEqual([1, 2, 3, 9].map(databaseRetryMs), [1_000, 2_000, 4_000, 30_000]);
});
