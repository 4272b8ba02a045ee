import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { test, type TestContext } from "node:test";
import { type ClusterAccess } from "../cluster/control-plane.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import type { Told } from "./candidate-process.ts";
import { until } from "./until.ts";

interface Candidate {
  readonly child: ChildProcess;
  readonly told: Told[];
  readonly count: (what: Told["what"]) => number;
}

function startCandidate(t: TestContext, cluster: ClusterAccess, namespace: string, name: string): Candidate {
  const file = new URL("candidate-process.ts", import.meta.url);
  const child = fork(file, [cluster.kubeconfig, namespace, name], { execArgv: [] });
  const told: Told[] = [];
  child.on("message", (message) => told.push(message as Told));
  // Also ends a process that is stopped.
  t.after(() => child.kill("SIGKILL"));
  return { child, told, count: (what) => told.filter((each) => each.what === what).length };
}

const firstAt = (candidate: Candidate, what: Told["what"]): number =>
  candidate.told.find((each) => each.what === what)?.at ?? Number.NaN;

test("a leader that was paused and wakes up writes nothing beside its successor", async (t) => {
  const { cluster, namespace } = await testNamespace(t);
  const a = startCandidate(t, cluster, namespace, "a");
  await until("a writes", () => a.count("wrote") > 10);
  const b = startCandidate(t, cluster, namespace, "b");

  a.child.kill("SIGSTOP");
  await until("b has taken over and writes", () => b.count("wrote") > 10);
  a.child.kill("SIGCONT");
  await until("a has noticed", () => a.count("lost") === 1);
  await until("a tried to write", () => a.count("refused") > 0);
  const written = b.count("wrote");
  await until("b goes on", () => b.count("wrote") > written + 50);

  const takenOverAt = firstAt(b, "leads");
  const late = a.told.filter(({ what, at }) => what === "wrote" && at >= takenOverAt);
  assert.deepEqual(late, []);
  assert.equal(b.count("lost"), 0);
});

test("killed without a chance to say anything, the leader is replaced; stopped in order, at once", async (t) => {
  const { cluster, namespace } = await testNamespace(t);
  const a = startCandidate(t, cluster, namespace, "a");
  await until("a writes", () => a.count("wrote") > 0);
  const b = startCandidate(t, cluster, namespace, "b");
  a.child.kill("SIGKILL");
  await until("b writes", () => b.count("wrote") > 0);

  const c = startCandidate(t, cluster, namespace, "c");
  b.child.kill("SIGTERM");
  await until("c writes", () => c.count("wrote") > 0);
  await until("b has ended", () => b.child.exitCode === 0);
  const last = Math.max(...b.told.filter(({ what }) => what === "wrote").map(({ at }) => at));
  assert.ok(last < firstAt(c, "leads"), "b wrote its last before c led");
});
