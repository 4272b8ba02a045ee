import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { TestContext } from "node:test";
import { exponentialBackoff } from "../../controllers/runtime/backoff.ts";
import { createReflector, type Reflector } from "../../controllers/runtime/reflector.ts";
import type { Kubernetes } from "../../platform/kubernetes/kubernetes.ts";
import { type ConfigMap, configMaps, listed } from "./config-maps.ts";
import { until } from "./until.ts";

/** A reflector of a namespace's ConfigMaps, and a copy made of nothing but what it told its subscriber. */
export interface Mirror {
  readonly reflector: Reflector<ConfigMap>;
  readonly told: ReadonlyMap<string, ConfigMap>;
  readonly errors: readonly unknown[];
  /** Waits until store and copy are what `direct` lists; fails with the difference. */
  converged(direct: Kubernetes): Promise<void>;
}

export interface MirrorOptions {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly livenessMs?: number;
  readonly failingTooLongMs?: number;
}

/** Runs until the test ends. */
export function startMirror(t: TestContext, options: MirrorOptions): Mirror {
  const { kubernetes, namespace, ...times } = options;
  const errors: unknown[] = [];
  const told = new Map<string, ConfigMap>();
  const reflector = createReflector<ConfigMap>({
    kubernetes,
    resource: configMaps,
    selection: { namespace },
    backoff: exponentialBackoff({ baseMs: 5, maxMs: 100 }),
    ...times,
    onError: (error) => errors.push(error),
  });
  reflector.subscribe((change) => {
    assert.deepEqual(change.old, told.get(change.key) ?? null, "a change goes on from the one before");
    assert.notDeepEqual(change.old, change.new, "a change is one");
    if (change.new === null) told.delete(change.key);
    else told.set(change.key, change.new);
  });
  const ended = new AbortController();
  const running = reflector.run(ended.signal);
  t.after(async () => {
    ended.abort();
    await running;
  });
  return {
    reflector,
    told,
    errors,
    async converged(direct) {
      const isSame = async (): Promise<boolean> =>
        isDeepStrictEqual(new Map(reflector.objects), await listed(direct, namespace));
      await until("the store is what a list says", isSame).catch(async () => {
        assert.deepEqual(new Map(reflector.objects), await listed(direct, namespace), String(errors.at(-1)));
      });
      assert.deepEqual(told, new Map(reflector.objects), "subscribers were told everything");
      assert.deepEqual(
        errors.filter((error) => error instanceof assert.AssertionError),
        [],
      );
    },
  };
}
