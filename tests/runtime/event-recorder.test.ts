import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createEventRecorder, type EventRecorder } from "../../controllers/runtime/event-recorder.ts";
import { createKubernetes, type KubernetesClient } from "../../platform/kubernetes/client.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import type { KubernetesObject } from "../../platform/kubernetes/kubernetes.ts";
import type { ClusterAccess } from "../cluster/control-plane.ts";
import { kubectlOk } from "../cluster/kubectl.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { type ConfigMap, configMap, configMaps } from "./config-maps.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";

const events = { group: "events.k8s.io", version: "v1", plural: "events" };

interface EventObject extends KubernetesObject {
  readonly reason: string;
  readonly note: string;
  readonly series?: { readonly count: number };
}

interface World {
  readonly cluster: ClusterAccess;
  readonly namespace: string;
  readonly direct: KubernetesClient;
  readonly proxy: FaultProxy;
  /** Records by way of the proxy. */
  readonly recorder: EventRecorder;
  readonly errors: readonly unknown[];
  readonly regarding: ConfigMap;
  readonly written: () => Promise<readonly EventObject[]>;
}

async function world(t: TestContext): Promise<World> {
  const { cluster, namespace } = await testNamespace(t);
  const direct = createKubernetes({ kubeconfig: cluster.kubeconfig });
  const proxy = await startFaultProxy(cluster.kubeconfig);
  t.after(() => proxy.close());
  const errors: unknown[] = [];
  const recorder = createEventRecorder({
    kubernetes: createKubernetes({ kubeconfig: proxy.kubeconfig }),
    reportingController: "billing.telco.dev/operator",
    reportingInstance: "operator-0",
    onError: (error) => errors.push(error),
  });
  const regarding = await direct.create<ConfigMap>(configMaps, namespace, configMap("run"));
  const written = async (): Promise<readonly EventObject[]> =>
    (await direct.list<EventObject>(events, { namespace })).items;
  return { cluster, namespace, direct, proxy, recorder, errors, regarding, written };
}

const failed = {
  type: "Warning",
  reason: "SettleFailed",
  action: "Settle",
  note: "partition 7: no rate",
} as const;
const settled = { type: "Normal", reason: "Settled", action: "Settle", note: "64 partitions" } as const;

test("what is recorded is what kubectl describe shows, repeats as a count", async (t) => {
  const { cluster, namespace, recorder, errors, regarding, written } = await world(t);
  for (let i = 0; i < 3; i++) recorder.record(regarding, failed);
  recorder.record(regarding, settled);
  await recorder.flush();
  assert.deepEqual(errors, []);
  assert.deepEqual(
    (await written()).map(({ reason, series }) => `${reason} ${series?.count ?? 1}`).toSorted(),
    ["SettleFailed 3", "Settled 1"],
  );
  const shown = await kubectlOk(cluster, ["-n", namespace, "describe", "configmap", "run"]);
  assert.match(
    shown,
    /Warning +SettleFailed +\S+ \(x3 over \S+\) +billing\.telco\.dev\/operator +partition 7: no rate/,
  );
  assert.match(shown, /Normal +Settled +\S+ +billing\.telco\.dev\/operator +64 partitions/);
});

test("an Event that the server has removed meanwhile is written anew", async (t) => {
  const { direct, namespace, recorder, errors, regarding, written } = await world(t);
  recorder.record(regarding, failed);
  await recorder.flush();
  const [first] = await written();
  assert.ok(first);
  await direct.delete({ resource: events, namespace, name: first.metadata.name });
  recorder.record(regarding, failed);
  recorder.record(regarding, failed);
  await recorder.flush();
  assert.deepEqual(errors, []);
  assert.deepEqual(
    (await written()).map(({ series }) => series?.count),
    [2],
  );
});

test("a server that refuses is reported, and stops neither the caller nor the next Event", async (t) => {
  const { proxy, recorder, errors, regarding, written } = await world(t);
  proxy.onRequest = () => ({ kind: "refuse", status: 403, reason: "Forbidden" });
  recorder.record(regarding, failed);
  await recorder.flush();
  proxy.onRequest = () => null;
  recorder.record(regarding, settled);
  await recorder.flush();
  assert.deepEqual(
    errors.map((error) => (error instanceof KubernetesError ? error.status : error)),
    [403],
  );
  assert.deepEqual(
    (await written()).map(({ reason }) => reason),
    ["Settled"],
  );
});

test("a note that is too long is cut between two characters; the longest name leaves room for the Event's", async (t) => {
  const { direct, namespace, recorder, errors, written } = await world(t);
  const name = `${"n".repeat(250)}ame`;
  const regarding = await direct.create<ConfigMap>(configMaps, namespace, configMap(name));
  recorder.record(regarding, { ...failed, note: `x${"é".repeat(600)}` });
  await recorder.flush();
  assert.deepEqual(errors, []);
  assert.deepEqual(
    (await written()).map(({ note }) => note),
    [`x${"é".repeat(510)}…`],
  );
});
