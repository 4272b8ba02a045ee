import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesPod } from "./objects.ts";
import { lastFailure, stuckPod } from "./pod-words.ts";

const createdAt = "2026-11-01T00:00:00Z";
const later = (seconds: number): number => Date.parse(createdAt) + seconds * 1_000;

function pod(name: string, status: KubernetesPod["status"]): KubernetesPod {
  return { metadata: { name, creationTimestamp: createdAt }, ...(status !== undefined && { status }) };
}

function ended(exitCode: number, message: string, finishedAt: string): KubernetesPod {
  const terminated = { exitCode, message, finishedAt };
  return pod("x", { phase: "Failed", containerStatuses: [{ name: "job", state: { terminated } }] });
}

test("the last failure counts, in its own words; an interruption is none", () => {
  const pods = [
    ended(1, '{"level":50,"error":"connection refused"}', "2026-11-01T00:01:00Z"),
    ended(42, 'started\n{"level":50,"error":"no plan 5G","msg":"settle failed"}\n', "2026-11-01T00:02:00Z"),
    ended(75, "interrupted", "2026-11-01T00:03:00Z"),
  ];
  assert.deepEqual(lastFailure(pods), { exitCode: 42, message: "no plan 5G" });
  assert.equal(lastFailure([]), null);
});

test("a pod that was evicted has no exit code, but a reason", () => {
  const evicted = pod("x", { phase: "Failed", reason: "Evicted", message: "out of disk" });
  assert.deepEqual(lastFailure([evicted]), { exitCode: 1, message: "Evicted: out of disk" });
});

const waitingFor = (reason: string, message: string): KubernetesPod["status"] => ({
  phase: "Pending",
  containerStatuses: [{ name: "job", state: { waiting: { reason, message } } }],
});

test("a pod that does not start is told after half a minute, with what it waits for", () => {
  const stuck = pod("p-0", waitingFor("ImagePullBackOff", "back-off pulling billing:1"));
  assert.equal(stuckPod([stuck], later(29)), null);
  assert.equal(
    stuckPod([stuck], later(31)),
    "pod p-0 does not start: ImagePullBackOff: back-off pulling billing:1",
  );
  const unscheduled = pod("p-1", {
    phase: "Pending",
    conditions: [
      { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes fit" },
    ],
  });
  assert.equal(stuckPod([unscheduled], later(31)), "pod p-1 does not start: Unschedulable: 0/3 nodes fit");
  const config = pod("p-2", waitingFor("CreateContainerConfigError", 'secret "db" not found'));
  assert.match(stuckPod([config], later(31)) ?? "", /CreateContainerConfigError: secret "db" not found/);
});

test("a pod that is being created, or runs, is not stuck", () => {
  assert.equal(stuckPod([pod("p", waitingFor("ContainerCreating", ""))], later(600)), null);
  assert.equal(stuckPod([pod("p", { phase: "Running" })], later(600)), null);
});
