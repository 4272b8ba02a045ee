import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { createRefreshed } from "./refreshed.ts";

const limits = { freshForMs: 10_000, answerWithinMs: 50 };

test("however many gauges ask, the source is read once while its answer is fresh", async () => {
  let reads = 0;
  const refreshed = createRefreshed(
    () => Promise.resolve(++reads),
    () => undefined,
    limits,
  );
  assert.deepEqual(await Promise.all([refreshed.latest(), refreshed.latest()]), [1, 1]);
  assert.equal(await refreshed.latest(), 1);
  const stale = createRefreshed(
    () => Promise.resolve(++reads),
    () => undefined,
    { ...limits, freshForMs: 0 },
  );
  assert.deepEqual([await stale.latest(), await stale.latest()], [2, 3]);
});

test("a source that fails is absent and counted, and asked again later", async () => {
  let [reads, failures] = [0, 0];
  const refreshed = createRefreshed(
    () => (reads++ === 0 ? Promise.reject(new Error("away")) : Promise.resolve("here")),
    () => failures++,
    { ...limits, freshForMs: 20 },
  );
  assert.equal(await refreshed.latest(), null);
  assert.equal(failures, 1);
  await sleep(30);
  assert.equal(await refreshed.latest(), "here");
});

test("a source that is silent holds up nobody; its late answer counts for the next", async () => {
  let failures = 0;
  const answer = Promise.withResolvers<string>();
  const refreshed = createRefreshed(
    () => answer.promise,
    () => failures++,
    limits,
  );
  assert.equal(await refreshed.latest(), null);
  assert.equal(failures, 1);
  answer.resolve("late");
  assert.equal(await refreshed.latest(), "late");
});
