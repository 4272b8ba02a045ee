import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kubernetes } from "../../../platform/kubernetes/kubernetes.ts";
import { endedAs, exampleJob, exampleOrder } from "./example-jobs.ts";
import { PodReader } from "./pod-reader.ts";

const startTime = "2026-11-01T00:00:00Z";
const after = (seconds: number): number => Date.parse(startTime) + seconds * 1_000;

/** Counts what is asked of the API server; there are no pods. */
function counting(): { reader: PodReader; asked: () => number } {
  let asked = 0;
  const list: Kubernetes["list"] = () => {
    asked++;
    return Promise.resolve({ items: [], resourceVersion: "1" });
  };
  return { reader: new PodReader({ list }), asked: () => asked };
}

test("a Job that works costs no request", async () => {
  const { reader, asked } = counting();
  const job = exampleJob(exampleOrder([0, 1]), { startTime, active: 2, ready: 2 });
  await reader.wordsOf(job, after(600));
  await reader.wordsOf(exampleJob(exampleOrder([0, 1]), { startTime, active: 2, ready: 0 }), after(20));
  assert.equal(asked(), 0);
});

test("a Job whose pods are not ready is asked about every ten seconds at most, a failed one once", async () => {
  const { reader, asked } = counting();
  const waiting = exampleJob(exampleOrder([0, 1]), { startTime, active: 2, ready: 1 });
  for (const seconds of [31, 35, 40, 42]) await reader.wordsOf(waiting, after(seconds));
  assert.equal(asked(), 2);
  const failed = exampleJob(exampleOrder([0]), { startTime, conditions: endedAs("Failed") });
  for (const seconds of [50, 600]) await reader.wordsOf(failed, after(seconds));
  assert.equal(asked(), 3);
});

test("a Job that gets no pods says where to look; a paused one has none to get", async () => {
  const { reader } = counting();
  const podless = exampleJob(exampleOrder([0]), { startTime, active: 0 });
  assert.equal((await reader.wordsOf(podless, after(59))).trouble, null);
  const { trouble } = await reader.wordsOf(podless, after(75));
  assert.match(trouble ?? "", /kubectl describe job october-g1-settle-r0/);
  const paused = exampleJob(exampleOrder([0], { parallelism: 0 }), { startTime, active: 0 });
  assert.equal((await reader.wordsOf(paused, after(75))).trouble, null);
});
