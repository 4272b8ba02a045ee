import assert from "node:assert/strict";
import { test } from "node:test";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { configMap, configMaps } from "./config-maps.ts";
import { type Fault, startFaultProxy } from "./fault-proxy.ts";
import { startMirror } from "./mirror.ts";
import { until } from "./until.ts";

const rounds = 30;
const changesPerRound = 12;

/** Small, and the same for a seed everywhere (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Null often enough that the reflector gets somewhere between faults. */
function faultFor(luck: number, isWatch: boolean): Fault | null {
  const faults: readonly Fault[] = [
    { kind: "refuse", status: 410, reason: "Expired" },
    { kind: "refuse", status: 500, reason: "InternalError" },
    { kind: "refuse", status: 429, reason: "TooManyRequests", retryAfterSeconds: 0 },
    { kind: "cut" },
    { kind: "hang" },
    { kind: "cut-after", bytes: Math.floor(luck * 20_000) % 1_500 },
    ...(isWatch ? ([{ kind: "silent" }, { kind: "expired-event" }] as const) : []),
  ];
  return luck < 0.5 ? null : (faults[Math.floor((luck - 0.5) * 2 * faults.length)] ?? null);
}

test("whatever is changed and whatever goes wrong, in whatever order, the store becomes what a list says", async (t) => {
  const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 1e9));
  t.diagnostic(`SEED=${seed}`);
  const random = randomFrom(seed);
  const { cluster, namespace } = await testNamespace(t);
  const direct = createKubernetes({ kubeconfig: cluster.kubeconfig });
  const proxy = await startFaultProxy(cluster.kubeconfig);
  t.after(() => proxy.close());
  const kubernetes = createKubernetes({ kubeconfig: proxy.kubeconfig, timeoutMs: 300 });
  const mirror = startMirror(t, { kubernetes, namespace, livenessMs: 400 });
  const met = new Map<string, number>();

  const change = async (): Promise<void> => {
    const address = { resource: configMaps, namespace, name: `item-${Math.floor(random() * 12)}` };
    const text = `${random()} – ⚡ é ${"x".repeat(random() * 400)}`;
    if (random() < 0.4) await direct.delete(address);
    else await direct.apply(address, configMap(address.name, { text }), "soak");
  };
  for (let round = 0; round < rounds; round++) {
    proxy.onRequest = ({ isWatch }) => {
      const fault = faultFor(random(), isWatch);
      if (fault !== null) met.set(fault.kind, (met.get(fault.kind) ?? 0) + 1);
      return fault;
    };
    for (let i = 0; i < changesPerRound; i++) {
      await change();
      const luck = random();
      if (luck < 0.1) proxy.cutWatches("now");
      else if (luck < 0.25) proxy.cutWatches("in-next-line");
      else if (luck < 0.3) proxy.silenceWatches();
    }
    if (random() < 0.5) {
      const before = mirror.errors.length;
      await until("a fault was met", () => {
        proxy.cutWatches("now");
        return mirror.errors.length > before;
      });
    }
    proxy.onRequest = () => null;
    await mirror.converged(direct);
  }
  t.diagnostic(`faults met: ${[...met].map(([kind, count]) => `${kind} ${count}`).join(", ")}`);
  const reasons = new Set(
    mirror.errors.map((error) => (error instanceof KubernetesError ? error.reason : "?")),
  );
  t.diagnostic(`errors seen: ${mirror.errors.length}, of kinds ${[...reasons].join(", ")}`);
  assert.ok(mirror.errors.length >= rounds / 3, "faults were met at all");
});
