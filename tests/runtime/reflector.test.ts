import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createKubernetes, type KubernetesClient } from "../../platform/kubernetes/client.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { configMap, configMaps } from "./config-maps.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { type Mirror, type MirrorOptions, startMirror } from "./mirror.ts";
import { until } from "./until.ts";

interface World {
  /** Straight to the server. */
  readonly direct: KubernetesClient;
  readonly proxy: FaultProxy;
  readonly namespace: string;
  readonly mirror: Mirror;
  readonly create: (name: string) => Promise<unknown>;
  readonly remove: (name: string) => Promise<void>;
}

type Times = Pick<MirrorOptions, "livenessMs" | "failingTooLongMs">;

async function world(t: TestContext, times: Times = {}): Promise<World> {
  const { cluster, namespace } = await testNamespace(t);
  const direct = createKubernetes({ kubeconfig: cluster.kubeconfig });
  const proxy = await startFaultProxy(cluster.kubeconfig);
  t.after(() => proxy.close());
  const kubernetes = createKubernetes({ kubeconfig: proxy.kubeconfig, timeoutMs: 1_000 });
  await direct.create(configMaps, namespace, configMap("first", { text: "naïve ☎" }));
  const mirror = startMirror(t, { kubernetes, namespace, ...times });
  await mirror.reflector.synced;
  await until("the watch is open", () => proxy.openWatches === 1);
  return {
    direct,
    proxy,
    namespace,
    mirror,
    create: (name) => direct.create(configMaps, namespace, configMap(name)),
    remove: (name) => direct.delete({ resource: configMaps, namespace, name }),
  };
}

const statuses = (mirror: Mirror): number[] =>
  mirror.errors.map((error) => (error instanceof KubernetesError ? error.status : -1));

test("follows creation, change and deletion; a late subscriber hears of what is there", async (t) => {
  const { direct, namespace, mirror, create, remove } = await world(t);
  await create("second");
  await direct.mergePatch({ resource: configMaps, namespace, name: "first" }, { data: { more: "x" } });
  await remove("second");
  await mirror.converged(direct);
  const heard: string[] = [];
  mirror.reflector.subscribe(({ key, old }) => heard.push(`${old === null ? "new" : "changed"} ${key}`));
  assert.ok(heard.includes(`new ${namespace}/first`));
  assert.deepEqual(mirror.errors, []);
  assert.ok(mirror.reflector.isHealthy());
});

test("an object deleted and made again under the same name, unseen, is a change to another uid", async (t) => {
  const { direct, proxy, namespace, mirror, create, remove } = await world(t);
  const key = `${namespace}/first`;
  const former = mirror.told.get(key)?.metadata.uid;
  proxy.onRequest = () => ({ kind: "cut" });
  proxy.cutWatches("now");
  await remove("first");
  await create("first");
  proxy.onRequest = () => null;
  await mirror.converged(direct);
  assert.notEqual(mirror.told.get(key)?.metadata.uid, former);
});

test("cut in the middle of a line, the watch goes on from the last whole one, without another list", async (t) => {
  const { direct, proxy, mirror, create } = await world(t);
  const lists: string[] = [];
  proxy.onRequest = ({ path, isWatch }) => {
    if (!isWatch) lists.push(path);
    return null;
  };
  for (const name of ["a", "b", "c"]) {
    await until("the watch is open", () => proxy.openWatches === 1);
    proxy.cutWatches("in-next-line");
    await create(name);
    await create(`${name}-after`);
    await mirror.converged(direct);
  }
  assert.deepEqual(lists, []);
  assert.deepEqual(statuses(mirror), [0, 0, 0]);
});

test("a watch that the server ends in time goes on from its bookmark, not from the last change", async (t) => {
  const { cluster, namespace } = await testNamespace(t);
  const proxy = await startFaultProxy(cluster.kubeconfig);
  t.after(() => proxy.close());
  // The server sends a bookmark a minute, and one shortly before the end.
  proxy.watchSeconds = 4;
  const versions: number[] = [];
  let lists = 0;
  proxy.onRequest = ({ path, isWatch }) => {
    if (isWatch) versions.push(Number(/resourceVersion=(\d+)/.exec(path)?.[1]));
    else lists++;
    return null;
  };
  const kubernetes = createKubernetes({ kubeconfig: proxy.kubeconfig });
  const mirror = startMirror(t, { kubernetes, namespace });
  await mirror.reflector.synced;
  // Elsewhere: nothing that this watch would see.
  await testNamespace(t);
  await until("there was a third watch", () => versions.length >= 3);
  const [first = Number.NaN] = versions;
  assert.ok(Math.max(...versions) > first, `later than at first: ${versions.join(", ")}`);
  assert.deepEqual([lists, mirror.errors], [1, []]);
});

for (const [name, fault] of [
  ["as an answer", { kind: "refuse", status: 410, reason: "Expired" }],
  ["as an event", { kind: "expired-event" }],
] as const) {
  test(`410 ${name}: a new list notices what was deleted meanwhile`, async (t) => {
    const { direct, proxy, mirror, create, remove } = await world(t);
    await create("second");
    await mirror.converged(direct);
    // As a compacted history: whoever asks from that version is refused, however often.
    const stale = new Set<string>();
    let refusals = 0;
    proxy.onRequest = ({ path, isWatch }) => {
      const version = /resourceVersion=(\d+)/.exec(path)?.[1] ?? "";
      if (isWatch && stale.size === 0) stale.add(version);
      if (!isWatch || !stale.has(version)) return null;
      refusals++;
      return fault;
    };
    // What the closed watch cannot see, and the list that follows must: a deletion.
    proxy.cutWatches("now");
    await remove("second");
    await mirror.converged(direct);
    assert.equal(refusals, 1);
    assert.ok(statuses(mirror).includes(410));
    await create("third");
    await mirror.converged(direct);
  });
}

test("a watch that has gone silent is noticed and replaced", async (t) => {
  const { direct, proxy, mirror, create, remove } = await world(t, { livenessMs: 500 });
  proxy.silenceWatches();
  await create("second");
  await remove("first");
  await mirror.converged(direct);
  assert.ok(mirror.errors.some((error) => error instanceof KubernetesError && error.reason === "Silent"));
});

test("a server that takes connections and never answers is waited out", async (t) => {
  const { direct, proxy, mirror, create } = await world(t, { livenessMs: 500 });
  proxy.onRequest = () => ({ kind: "hang" });
  proxy.silenceWatches();
  await create("second");
  await until("it has noticed", () => mirror.errors.length >= 2);
  await until("it says so", () => !mirror.reflector.isHealthy());
  proxy.onRequest = () => null;
  await mirror.converged(direct);
  assert.ok(mirror.reflector.isHealthy());
});

test("a server that gives nothing but errors is no healthy one, long before its silence would tell", async (t) => {
  const { proxy, mirror } = await world(t, { failingTooLongMs: 300 });
  proxy.onRequest = () => ({ kind: "refuse", status: 403, reason: "Forbidden" });
  proxy.cutWatches("now");
  await until("it was refused", () => statuses(mirror).includes(403));
  assert.ok(mirror.reflector.isHealthy(), "a hiccup is none");
  await until("it says so", () => !mirror.reflector.isHealthy(), 5_000);
  proxy.onRequest = () => null;
  await until("it is healthy again", () => mirror.reflector.isHealthy(), 5_000);
});

test("after errors of the server, of every kind, the store is right again", async (t) => {
  const { direct, proxy, mirror, create } = await world(t);
  const faults = [
    { kind: "refuse", status: 500, reason: "InternalError" },
    { kind: "refuse", status: 429, reason: "TooManyRequests", retryAfterSeconds: 0 },
    { kind: "refuse", status: 503, reason: "ServiceUnavailable" },
    { kind: "refuse", status: 504, reason: "Timeout" },
    { kind: "cut" },
    { kind: "cut-after", bytes: 10 },
  ] as const;
  for (const [index, fault] of faults.entries()) {
    await until("the watch is open", () => proxy.openWatches === 1);
    let left = 5;
    proxy.onRequest = () => (left-- > 0 ? fault : null);
    proxy.cutWatches("now");
    await create(`during-${index}`);
    await until("the fault was met", () => left < 0);
    await mirror.converged(direct);
  }
});

test("a subscriber that throws is reported and harms neither the store nor the others", async (t) => {
  const { direct, mirror, create, remove } = await world(t);
  mirror.reflector.subscribe(() => {
    throw new Error("no");
  });
  await create("second");
  await remove("first");
  await mirror.converged(direct);
  assert.ok(mirror.errors.some((error) => error instanceof Error && error.message === "no"));
});

test("when it ends before its first list, those who wait are told", async (t) => {
  const { cluster, namespace } = await testNamespace(t);
  const proxy = await startFaultProxy(cluster.kubeconfig);
  t.after(() => proxy.close());
  proxy.onRequest = () => ({ kind: "refuse", status: 403, reason: "Forbidden" });
  const kubernetes = createKubernetes({ kubeconfig: proxy.kubeconfig });
  const ended: (() => unknown)[] = [];
  const early = { after: (end: () => unknown) => ended.push(end) } as unknown as TestContext;
  const mirror = startMirror(early, { kubernetes, namespace });
  await until("it was refused", () => statuses(mirror).includes(403));
  assert.equal(mirror.reflector.isHealthy(), false);
  for (const end of ended) await end();
  await assert.rejects(mirror.reflector.synced);
});
