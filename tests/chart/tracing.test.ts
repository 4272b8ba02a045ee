import assert from "node:assert/strict";
import { test } from "node:test";
import { readTracingConfig } from "../../platform/tracing/tracing-config.ts";
import { environmentOf, podsOf } from "./pods.ts";
import { find, production, render, type Rendered } from "./rendering.ts";

interface Policy extends Rendered {
  readonly spec: {
    readonly podSelector: { readonly matchExpressions: readonly { readonly values: readonly string[] }[] };
    readonly egress: readonly {
      readonly ports: readonly { readonly port: number }[];
      readonly to?: unknown;
    }[];
  };
}

const traced = ["dispatcher", "email", "job", "operator", "push", "sms"];

/** By process, the fraction of messages that it traces; null = off. */
function fractions(objects: readonly Rendered[]): Record<string, number | null> {
  return Object.fromEntries(
    podsOf(objects).map(({ labels, spec }) => {
      const config = spec.containers
        .map((container) => readTracingConfig(environmentOf(container, {})))
        .find((one) => one !== null);
      return [labels["billing.telco.dev/process"] ?? "", config?.OTEL_TRACES_SAMPLER_ARG ?? null];
    }),
  );
}

test("without a collector nobody traces, and no rule lets traces out", async () => {
  const objects = await render(production);
  assert.ok(Object.values(fractions(objects)).every((fraction) => fraction === null));
  assert.ok(!objects.some(({ metadata }) => metadata.name.endsWith("-tracing")));
});

test("with a collector the processes of runs and messages trace, and reach it on its port alone", async () => {
  const collectorTo = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tracing" } } }];
  const tracing = { endpoint: "http://collector.tracing.svc:4318", messageFraction: 0.01 };
  const objects = await render({ ...production, tracing, networkPolicy: { collectorTo } });
  const found = fractions(objects);
  assert.deepEqual(
    Object.keys(found)
      .filter((name) => found[name] === 0.01)
      .sort(),
    traced,
  );
  const { spec } = find(objects, "NetworkPolicy", "-tracing") as Policy;
  assert.deepEqual([...(spec.podSelector.matchExpressions[0]?.values ?? [])].sort(), traced);
  assert.deepEqual(
    spec.egress.map(({ ports, to }) => [ports.map(({ port }) => port), to]),
    [[[4318], collectorTo]],
  );
  const secure = await render({ ...production, tracing: { endpoint: "https://traces.example" } });
  const { egress } = (find(secure, "NetworkPolicy", "-tracing") as Policy).spec;
  assert.equal(egress[0]?.ports[0]?.port, 443);
});
