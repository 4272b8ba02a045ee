import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createKubernetes, type KubernetesClient } from "../../platform/kubernetes/client.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import type { WatchEvent } from "../../platform/kubernetes/kubernetes.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { type ConfigMap, configMap, configMaps } from "./config-maps.ts";
import { type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from "./fault-proxy.ts";

/** A machine that is busy with other tests lets a sound server take a second. */
const timeoutMs = 3_000;

interface World {
  readonly direct: KubernetesClient;
  readonly proxied: KubernetesClient;
  readonly proxy: FaultProxy;
  readonly namespace: string;
  /** What the proxied client has told of its requests: verb, resource, status. */
  readonly requests: string[];
}

async function world(t: TestContext): Promise<World> {
  const { cluster, namespace } = await testNamespace(t);
  const proxy = await startFaultProxy(cluster.kubeconfig);
  t.after(() => proxy.close());
  const requests: string[] = [];
  const proxied = createKubernetes({
    kubeconfig: proxy.kubeconfig,
    timeoutMs,
    onRequest: (verb, resource, status, seconds) => {
      assert.ok(seconds >= 0);
      requests.push(`${verb} ${resource} ${status}`);
    },
  });
  return {
    direct: createKubernetes({ kubeconfig: cluster.kubeconfig }),
    proxied,
    proxy,
    namespace,
    requests,
  };
}

const at = (namespace: string, name = "one") => ({ resource: configMaps, namespace, name });

const refused =
  (status: number, reason: string) =>
  (error: unknown): boolean =>
    error instanceof KubernetesError && error.status === status && error.reason === reason;

/** The faults, one a request, then none. */
function faultsInTurn(...faults: readonly Fault[]): (request: ProxiedRequest) => Fault | null {
  const left = [...faults];
  return () => left.shift() ?? null;
}

test("an object's life: created, read, patched, replaced as read, deleted", async (t) => {
  const { direct, namespace } = await world(t);
  const one = at(namespace);
  assert.equal(await direct.get(one), null);
  const created = await direct.create<ConfigMap>(configMaps, namespace, configMap("one", { a: "ä" }));
  await assert.rejects(direct.create(configMaps, namespace, configMap("one")), refused(409, "AlreadyExists"));
  const patched = await direct.mergePatch<ConfigMap>(one, { data: { b: "2" } });
  assert.deepEqual(patched.data, { a: "ä", b: "2" });
  await assert.rejects(direct.replace(one, { ...created, data: {} }), refused(409, "Conflict"));
  const replaced = await direct.replace<ConfigMap>(one, { ...patched, data: { c: "3" } });
  assert.deepEqual(replaced.data, { c: "3" });
  await direct.delete(one);
  await direct.delete(one);
  assert.equal(await direct.get(one), null);
});

test("a deletion that names a uid leaves a successor of the same name alone", async (t) => {
  const { direct, namespace } = await world(t);
  const former = await direct.create<ConfigMap>(configMaps, namespace, configMap("one"));
  await direct.delete(at(namespace));
  const successor = await direct.create<ConfigMap>(configMaps, namespace, configMap("one"));
  const { uid } = former.metadata;
  assert.ok(uid);
  await direct.delete(at(namespace), { uid });
  assert.equal((await direct.get<ConfigMap>(at(namespace)))?.metadata.uid, successor.metadata.uid);
});

test("the server's refusal of an invalid object arrives in its own words", async (t) => {
  const { direct, namespace } = await world(t);
  await assert.rejects(direct.create(configMaps, namespace, configMap("Not A Name")), (error) => {
    assert.ok(error instanceof KubernetesError);
    assert.deepEqual([error.status, error.reason], [422, "Invalid"]);
    assert.match(error.message, /ConfigMap "Not A Name" is invalid: metadata.name/);
    return true;
  });
});

test("applied twice, nothing changes: same resourceVersion; what is no longer applied goes away", async (t) => {
  const { direct, namespace } = await world(t);
  const apply = (data: Record<string, string>): Promise<ConfigMap> =>
    direct.apply(at(namespace), configMap("one", data), "operator");
  const first = await apply({ a: "1", b: "2" });
  const second = await apply({ a: "1", b: "2" });
  assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
  assert.deepEqual((await apply({ a: "1" })).data, { a: "1" });
});

test("two field managers: each keeps its own fields, the later takes over a field of both", async (t) => {
  const { direct, namespace } = await world(t);
  const apply = (manager: string, data: Record<string, string>): Promise<ConfigMap> =>
    direct.apply(at(namespace), configMap("one", data), manager);
  await apply("one", { mine: "1", contested: "one" });
  const both = await apply("two", { yours: "2", contested: "two" });
  assert.deepEqual(both.data, { mine: "1", contested: "two", yours: "2" });
  // The first no longer owns it: leaving it out does not remove it.
  assert.deepEqual((await apply("one", { mine: "1" })).data, both.data);
  assert.deepEqual((await apply("one", { contested: "one" })).data, { contested: "one", yours: "2" });
});

test("a list of several pages is whole; expired between pages, it starts anew", async (t) => {
  const { direct, proxied, proxy, namespace, requests } = await world(t);
  const names = Array.from({ length: 1_100 }, (_, index) => `item-${index}`);
  for (let from = 0; from < names.length; from += 50) {
    const some = names.slice(from, from + 50);
    await Promise.all(some.map((name) => direct.create(configMaps, namespace, configMap(name))));
  }
  const expired: Fault = { kind: "refuse", status: 410, reason: "Expired" };
  let pages = 0;
  proxy.onRequest = () => (++pages === 2 ? expired : null);
  const { items, resourceVersion } = await proxied.list<ConfigMap>(configMaps, { namespace });
  // The cluster puts some of its own into every namespace.
  const ours = items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith("item-"));
  assert.deepEqual(ours.toSorted(), names.toSorted());
  assert.ok(items.every(({ apiVersion, kind }) => apiVersion === "v1" && kind === "ConfigMap"));
  assert.match(resourceVersion, /^\d+$/);
  assert.deepEqual(
    requests,
    ["200", "410", "200", "200", "200"].map((status) => `list configmaps ${status}`),
  );
});

test("selectors choose", async (t) => {
  const { direct, namespace } = await world(t);
  const labelled = { ...configMap("one"), metadata: { name: "one", labels: { run: "2026-10" } } };
  await direct.create(configMaps, namespace, labelled);
  const names = async (selection: object): Promise<string[]> =>
    (await direct.list<ConfigMap>(configMaps, { namespace, ...selection })).items.map(
      ({ metadata }) => metadata.name,
    );
  assert.deepEqual(await names({ labelSelector: "run in (2026-10)" }), ["one"]);
  assert.deepEqual(await names({ fieldSelector: "metadata.name=one" }), ["one"]);
});

test("a read is repeated after a lost connection, a write is not: it may have been executed", async (t) => {
  const { direct, proxied, proxy, namespace, requests } = await world(t);
  proxy.onRequest = faultsInTurn({ kind: "cut" }, { kind: "cut-after", bytes: 1 });
  assert.equal(await proxied.get(at(namespace)), null);
  proxy.onRequest = faultsInTurn({ kind: "lose-answer" });
  await assert.rejects(
    proxied.create(configMaps, namespace, configMap("one")),
    (error) => error instanceof KubernetesError && error.status === 0,
  );
  assert.ok(await direct.get(at(namespace)));
  assert.equal(requests.filter((request) => request.startsWith("create")).length, 1);
});

test("429 with Retry-After is waited for, writes too; asked to wait long, the caller is told how long", async (t) => {
  const { proxied, proxy, namespace, requests } = await world(t);
  const busy = (retryAfterSeconds: number): Fault => ({
    kind: "refuse",
    status: 429,
    reason: "TooManyRequests",
    retryAfterSeconds,
  });
  proxy.onRequest = faultsInTurn(busy(0), busy(0));
  await proxied.create(configMaps, namespace, configMap("one"));
  assert.deepEqual(requests, ["create configmaps 429", "create configmaps 429", "create configmaps 201"]);
  proxy.onRequest = faultsInTurn(busy(60));
  await assert.rejects(
    proxied.get(at(namespace)),
    (error) => error instanceof KubernetesError && error.retryAfterMs === 60_000,
  );
});

test("a server that does not answer is given up after the time-out", async (t) => {
  const { proxied, proxy, namespace } = await world(t);
  proxy.onRequest = () => ({ kind: "hang" });
  const signal = new AbortController().signal;
  await assert.rejects(proxied.get(at(namespace)), refused(0, "Timeout"));
  await assert.rejects(proxied.create(configMaps, namespace, configMap("one")), refused(0, "Timeout"));
  const watch = proxied.watch(configMaps, { namespace, resourceVersion: "1", signal });
  await assert.rejects(watch[Symbol.asyncIterator]().next(), refused(0, "Timeout"));
});

test("nobody listens: status 0, and the reason", async (t) => {
  const { proxied, proxy, namespace } = await world(t);
  await proxy.close();
  await assert.rejects(proxied.get(at(namespace)), refused(0, "ECONNREFUSED"));
});

test("a watch gives each change in order, survives silence, and ends without an error at its signal", async (t) => {
  const { direct, proxied, namespace } = await world(t);
  // The cluster puts a ConfigMap of its own into every namespace, and on a busy machine it comes late.
  const ours = { namespace, fieldSelector: "metadata.name=one" };
  const { resourceVersion } = await direct.list(configMaps, ours);
  const stop = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    const events: AsyncIterable<WatchEvent<ConfigMap>> = proxied.watch(configMaps, {
      ...ours,
      resourceVersion,
      signal: stop.signal,
    });
    for await (const event of events) {
      if (event.type === "BOOKMARK") continue;
      seen.push(`${event.type} ${event.object.data?.["text"] ?? ""}`);
      if (event.type === "DELETED") stop.abort();
    }
  })();
  // Longer than the time-out, which is for the beginning only.
  await new Promise((resolve) => setTimeout(resolve, timeoutMs + 200));
  await direct.create(configMaps, namespace, configMap("one", { text: "☎ é" }));
  await direct.mergePatch(at(namespace), { data: { text: "😀" } });
  await direct.delete(at(namespace));
  await watching;
  assert.deepEqual(seen, ["ADDED ☎ é", "MODIFIED 😀", "DELETED 😀"]);
});
