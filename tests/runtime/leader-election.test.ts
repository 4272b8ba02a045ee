import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLeaderElection } from "../../controllers/runtime/leader-election.ts";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import type { Kubernetes, ObjectAddress } from "../../platform/kubernetes/kubernetes.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { until } from "./until.ts";

const leases = { group: "coordination.k8s.io", version: "v1", plural: "leases" };
// Shorter than in production, and long enough that a busy machine does not make a leader lose.
const timing = { leaseDurationMs: 4_000, renewDeadlineMs: 3_000, retryPeriodMs: 100 };

interface LeaseSpec {
  readonly holderIdentity: string;
  readonly leaseTransitions: number;
  readonly renewTime: string;
}

/** Who says when that it leads; all candidates of a test write into one. */
class Leaders {
  readonly #leading = new Set<string>();
  readonly log: string[] = [];

  enter(name: string): void {
    this.#leading.add(name);
    this.log.push(`${name} leads`);
    assert.equal(this.#leading.size, 1, `at most one leads: ${this.log.join(", ")}`);
  }

  leave(name: string): void {
    if (this.#leading.delete(name)) this.log.push(`${name} stops`);
  }
}

interface Candidate {
  readonly isLeading: () => boolean;
  readonly lost: readonly string[];
  readonly errors: readonly unknown[];
  /** As SIGTERM does. */
  readonly stop: () => Promise<void>;
}

interface CandidateOptions {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly leaders: Leaders;
  /** What the leader does after it is told to stop. */
  readonly windUp?: () => Promise<void>;
}

function startCandidate(t: TestContext, name: string, options: CandidateOptions): Candidate {
  const { kubernetes, namespace, leaders, windUp } = options;
  const lost: string[] = [];
  const errors: unknown[] = [];
  const election = createLeaderElection({
    kubernetes,
    namespace,
    name: "operator",
    identity: name,
    ...timing,
    onLost: (reason) => {
      lost.push(reason);
      leaders.leave(name);
    },
    onError: (error) => errors.push(error),
  });
  const stopping = new AbortController();
  const running = election.run(async (end) => {
    leaders.enter(name);
    await new Promise((resolve) => end.addEventListener("abort", resolve));
    await windUp?.();
    leaders.leave(name);
  }, stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  t.after(stop);
  return { isLeading: () => election.isLeading(), lost, errors, stop };
}

interface World {
  /** Straight to the server. */
  readonly direct: Kubernetes;
  readonly proxied: Kubernetes;
  readonly proxy: FaultProxy;
  readonly namespace: string;
  /** Of the Lease. */
  readonly address: ObjectAddress;
  readonly spec: () => Promise<LeaseSpec | undefined>;
  readonly leaders: Leaders;
}

async function world(t: TestContext): Promise<World> {
  const { cluster, namespace } = await testNamespace(t);
  const direct = createKubernetes({ kubeconfig: cluster.kubeconfig });
  const proxy = await startFaultProxy(cluster.kubeconfig);
  t.after(() => proxy.close());
  const proxied = createKubernetes({ kubeconfig: proxy.kubeconfig, timeoutMs: 300 });
  const address = { resource: leases, namespace, name: "operator" };
  const spec = async (): Promise<LeaseSpec | undefined> =>
    (await direct.get<{ spec: LeaseSpec }>(address))?.spec;
  return { direct, proxied, proxy, namespace, address, spec, leaders: new Leaders() };
}

test("one of two leads; when it is stopped it gives the lease away, and the other leads at once", async (t) => {
  const { direct, namespace, leaders, spec } = await world(t);
  const a = startCandidate(t, "a", { kubernetes: direct, namespace, leaders });
  await until("a leads", () => a.isLeading());
  const b = startCandidate(t, "b", { kubernetes: direct, namespace, leaders });
  const first = await spec();
  await until("the lease was renewed", async () => (await spec())?.renewTime !== first?.renewTime);
  assert.match(first?.holderIdentity ?? "", /^a_[0-9a-f-]{36}$/);
  assert.equal(b.isLeading(), false);
  await a.stop();
  await until("b leads", () => b.isLeading());
  assert.equal((await spec())?.leaseTransitions, 1);
  assert.deepEqual(leaders.log, ["a leads", "a stops", "b leads"]);
  assert.deepEqual([a.lost, b.lost, a.errors, b.errors], [[], [], [], []]);
});

test("the lease is kept while the leader still winds up, longer than it lasts", async (t) => {
  const { direct, namespace, leaders, spec } = await world(t);
  const woundUp = Promise.withResolvers<undefined>();
  t.after(() => woundUp.resolve(undefined)); // also when the test fails
  const windUp = (): Promise<undefined> => woundUp.promise;
  const a = startCandidate(t, "a", { kubernetes: direct, namespace, leaders, windUp });
  await until("a leads", () => a.isLeading());
  const b = startCandidate(t, "b", { kubernetes: direct, namespace, leaders });
  const stopped = a.stop();
  const renewals = new Set<string>();
  await until("it was renewed many times", async () => {
    renewals.add((await spec())?.renewTime ?? "");
    return renewals.size > 40; // 100 ms each
  });
  assert.equal(a.isLeading(), true);
  woundUp.resolve(undefined);
  await stopped;
  await until("b leads", () => b.isLeading());
  assert.deepEqual(leaders.log, ["a leads", "a stops", "b leads"]);
});

for (const kind of ["hang", "cut"] as const) {
  test(`cut off from the server (${kind}), the leader stops before another leads, and may lead again`, async (t) => {
    const { direct, proxied, proxy, namespace, leaders } = await world(t);
    const a = startCandidate(t, "a", { kubernetes: proxied, namespace, leaders });
    await until("a leads", () => a.isLeading());
    const b = startCandidate(t, "b", { kubernetes: direct, namespace, leaders });
    proxy.onRequest = () => ({ kind });
    await until("b leads", () => b.isLeading());
    assert.deepEqual(a.lost, [`the lease could not be renewed for ${timing.renewDeadlineMs} ms`]);
    assert.equal(a.isLeading(), false);
    proxy.onRequest = () => null;
    await b.stop();
    await until("a leads again", () => a.isLeading());
    assert.deepEqual(leaders.log, ["a leads", "a stops", "b leads", "b stops", "a leads"]);
  });
}

test("a storm of conflicts: the leader stays as long as nobody else has the lease", async (t) => {
  const { direct, namespace, leaders, spec, address } = await world(t);
  const a = startCandidate(t, "a", { kubernetes: direct, namespace, leaders });
  await until("a leads", () => a.isLeading());
  const b = startCandidate(t, "b", { kubernetes: direct, namespace, leaders });
  const before = await spec();
  for (let i = 0; i < 300; i++) {
    await direct.mergePatch(address, { metadata: { annotations: { storm: String(i) } } });
  }
  await until("a has renewed", async () => (await spec())?.renewTime !== before?.renewTime);
  assert.equal((await spec())?.leaseTransitions, 0);
  assert.deepEqual([a.isLeading(), b.isLeading(), a.lost], [true, false, []]);
});

test("refused for ever by conflicts, the leader stops in time", async (t) => {
  const { proxied, direct, proxy, namespace, leaders } = await world(t);
  const a = startCandidate(t, "a", { kubernetes: proxied, namespace, leaders });
  await until("a leads", () => a.isLeading());
  const b = startCandidate(t, "b", { kubernetes: direct, namespace, leaders });
  proxy.onRequest = ({ method }) =>
    method === "PUT" ? { kind: "refuse", status: 409, reason: "Conflict" } : null;
  await until("b leads", () => b.isLeading());
  assert.equal(a.lost.length, 1);
});

test("a renewal that was executed and whose answer was lost is found again", async (t) => {
  const { proxied, proxy, namespace, leaders, spec } = await world(t);
  const a = startCandidate(t, "a", { kubernetes: proxied, namespace, leaders });
  await until("a leads", () => a.isLeading());
  let lost = 0;
  proxy.onRequest = ({ method }) => (method === "PUT" && lost++ % 2 === 0 ? { kind: "lose-answer" } : null);
  await until("many answers were lost", () => lost > 12);
  assert.deepEqual([a.isLeading(), a.lost], [true, []]);
  assert.equal((await spec())?.leaseTransitions, 0);
});

test("someone who overwrites the lease by hand ends the leadership at once", async (t) => {
  const { direct, namespace, leaders, address } = await world(t);
  const a = startCandidate(t, "a", { kubernetes: direct, namespace, leaders });
  await until("a leads", () => a.isLeading());
  await direct.mergePatch(address, { spec: { holderIdentity: "a person" } });
  await until("a has noticed", () => a.lost.length === 1);
  assert.deepEqual(a.lost, ["another has taken the lease"]);
  await until("a leads when the person did not renew", () => a.isLeading());
});

for (const [when, renewTime] of [
  ["ages ago", (i: number) => `2001-01-01T00:00:00.${String(i).padStart(6, "0")}Z`],
  ["in a hundred years", (i: number) => `2126-01-01T00:00:00.${String(i).padStart(6, "0")}Z`],
] as const) {
  test(`another's clock does not count: a lease renewed ${when} is taken when nobody renews it`, async (t) => {
    const { direct, namespace, leaders, address } = await world(t);
    const spec = { holderIdentity: "other", leaseDurationSeconds: 3, renewTime: renewTime(0) };
    const metadata = { name: "operator", namespace };
    await direct.create(leases, namespace, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata,
      spec,
    });
    const a = startCandidate(t, "a", { kubernetes: direct, namespace, leaders });
    for (let i = 1; i <= 40; i++) {
      await direct.mergePatch(address, { spec: { renewTime: renewTime(i) } });
      await sleep(100);
      assert.equal(a.isLeading(), false, "the other is alive");
    }
    await until("a leads", () => a.isLeading());
  });
}

test("work that fails ends the candidate, and gives the lease away", async (t) => {
  const { direct, namespace, spec } = await world(t);
  const election = createLeaderElection({
    kubernetes: direct,
    namespace,
    name: "operator",
    identity: "a",
    ...timing,
    onError: (error) => assert.fail(String(error)),
  });
  const run = election.run(() => Promise.reject(new Error("bug")), new AbortController().signal);
  await assert.rejects(run, /bug/);
  assert.equal((await spec())?.holderIdentity, "");
  assert.equal(election.isLeading(), false);
});
