import assert from "node:assert/strict";
import { test } from "node:test";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import { startControlPlane } from "../cluster/control-plane.ts";
import { configMap, configMaps } from "./config-maps.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import { startMirror } from "./mirror.ts";
import { until } from "./until.ts";

test("kill -9 of the API server: watches come back by themselves, and what was missed is noticed", async (t) => {
  const controlPlane = await startControlPlane();
  t.after(() => controlPlane.stop());
  const direct = createKubernetes({ kubeconfig: controlPlane.kubeconfig });
  const proxy = await startFaultProxy(controlPlane.kubeconfig);
  t.after(() => proxy.close());
  const create = (name: string): Promise<unknown> => direct.create(configMaps, "default", configMap(name));

  // One straight to the server by TLS, one that cannot see what happens before the restart.
  const seeing = startMirror(t, { kubernetes: direct, namespace: "default" });
  const blind = startMirror(t, {
    kubernetes: createKubernetes({ kubeconfig: proxy.kubeconfig, timeoutMs: 2_000 }),
    namespace: "default",
  });
  await create("kept");
  await create("missed");
  await Promise.all([seeing, blind].map((mirror) => mirror.converged(direct)));

  proxy.onRequest = () => ({ kind: "cut" });
  proxy.cutWatches("now");
  await direct.delete({ resource: configMaps, namespace: "default", name: "missed" });
  await create("made-meanwhile");
  await seeing.converged(direct);
  assert.ok(blind.reflector.objects.has("default/missed"));

  await controlPlane.kill9("kube-apiserver");
  await until("the loss is noticed", () => seeing.errors.length > 0);
  await assert.rejects(
    direct.get({ resource: configMaps, namespace: "default", name: "kept" }),
    (error) => error instanceof KubernetesError && error.status === 0,
  );
  await controlPlane.restart("kube-apiserver");
  proxy.onRequest = () => null;
  await create("after");
  await Promise.all([seeing, blind].map((mirror) => mirror.converged(direct)));
  assert.ok(!blind.reflector.objects.has("default/missed"));
});
