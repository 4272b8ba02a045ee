import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { CHANNELS } from "../../notification/channel.ts";
import { TOPICS } from "../../events/topics.ts";
import { readChartFile } from "./chart-files.ts";
import { environmentOf, podsOf, type PodSpec } from "./pods.ts";
import { find, production, render, type Rendered, type Rendering } from "./rendering.ts";

const keda = { apis: ["keda.sh/v1alpha1"] };

interface Deployment extends Rendered {
  readonly spec: { readonly replicas?: number; readonly template: { readonly spec: PodSpec } };
}

interface ScaledObject extends Rendered {
  readonly spec: {
    readonly pollingInterval: number;
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    readonly fallback: object;
    readonly advanced: { readonly horizontalPodAutoscalerConfig: { readonly behavior: object } };
    readonly triggers: readonly {
      readonly useCachedMetrics: boolean;
      readonly metadata: Readonly<Record<string, string>>;
      readonly authenticationRef?: { readonly name: string };
    }[];
  };
}

interface TriggerAuthentication extends Rendered {
  readonly spec: {
    readonly secretTargetRef: readonly {
      readonly parameter: string;
      readonly name: string;
      readonly key: string;
    }[];
  };
}

const deployment = (objects: readonly Rendered[], component: string): Deployment =>
  find(objects, "Deployment", `-${component}`) as Deployment;

/** The ScaledObject of each channel, with other values for KEDA. */
async function scaledObjects(values: object = {}): Promise<readonly ScaledObject["spec"][]> {
  const objects = await render({ ...production, keda: values }, keda);
  return CHANNELS.map((channel) => (find(objects, "ScaledObject", `-${channel}`) as ScaledObject).spec);
}

test("without KEDA's API there is no ScaledObject, with it one a consumer; a value overrules both", async () => {
  const countOf = async (values: object, rendering?: Rendering): Promise<number> =>
    (await render({ ...production, ...values }, rendering)).filter(({ kind }) => kind === "ScaledObject")
      .length;
  assert.equal(await countOf({}), 0);
  assert.equal(await countOf({}, keda), 3);
  assert.equal(await countOf({ keda: { enabled: true } }), 3);
  assert.equal(await countOf({ keda: { enabled: false } }, keda), 0);
});

test("who scales a consumer says how many there are, and nobody else", async () => {
  const scaled = await render(production, keda);
  const plain = await render(production);
  assert.equal(deployment(scaled, "email").spec.replicas, undefined);
  assert.equal(deployment(plain, "email").spec.replicas, 1);
  assert.equal(deployment(scaled, "dispatcher").spec.replicas, 2);
});

test("a replica is added for what one sends in two seconds, and the dispatcher lets that much wait", async () => {
  const objects = await render(production, keda);
  const { spec } = find(objects, "ScaledObject", "-email") as ScaledObject;
  const [trigger] = spec.triggers;
  assert.deepEqual([spec.minReplicaCount, spec.maxReplicaCount], [1, 8]);
  assert.equal(trigger?.metadata["lagThreshold"], "4000");
  assert.equal(trigger.metadata["topic"], TOPICS.email);
  assert.equal(trigger.metadata["consumerGroup"], "billing-email");
  assert.equal(trigger.authenticationRef, undefined);
  const [container] = deployment(objects, "dispatcher").spec.template.spec.containers;
  assert.ok(container);
  assert.equal(environmentOf(container, {})["MAX_QUEUED"], String(8 * 4_000 * 1.25));
});

test("KEDA authenticates as the processes do", async () => {
  const kafka = {
    ...production.kafka,
    tls: { enabled: true, existingSecret: "kafka-ca", clientCertificate: true },
    sasl: { mechanism: "SCRAM-SHA-512", existingSecret: "kafka-user" },
  };
  const objects = await render({ ...production, kafka }, keda);
  const [trigger] = (find(objects, "ScaledObject", "-sms") as ScaledObject).spec.triggers;
  assert.equal(trigger?.metadata["sasl"], "scram_sha512");
  assert.equal(trigger.metadata["tls"], "enable");
  assert.equal(trigger.authenticationRef?.name, "billing-billing-operator-kafka");
  const { spec } = find(objects, "TriggerAuthentication") as TriggerAuthentication;
  assert.deepEqual(
    spec.secretTargetRef.map(({ parameter, name, key }) => `${parameter}=${name}/${key}`),
    [
      "username=kafka-user/username",
      "password=kafka-user/password",
      "ca=kafka-ca/ca.crt",
      "cert=kafka-ca/tls.crt",
      "key=kafka-ca/tls.key",
    ],
  );
  for (const { by, spec: pod } of podsOf(objects)) {
    for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
      if (!("KAFKA_BOOTSTRAP" in environmentOf(container, {}))) continue;
      const mounted = container.volumeMounts?.some(
        ({ mountPath }) => mountPath === "/etc/billing-operator/kafka",
      );
      assert.ok(mounted, `${by}: ${container.name}`);
      assert.ok(JSON.stringify(pod.volumes).includes("kafka-ca"), by);
      assert.equal(environmentOf(container, {})["KAFKA_SASL_MECHANISM"], "SCRAM-SHA-512");
    }
  }
});

test("an unreachable broker is no reason to stop senders: after three failed looks two replicas, or as many as run", async () => {
  for (const { fallback } of await scaledObjects()) {
    assert.deepEqual(fallback, { failureThreshold: 3, replicas: 2, behavior: "currentReplicasIfHigher" });
  }
  const [changed] = await scaledObjects({ fallback: { failureThreshold: 5, replicas: 4 } });
  assert.deepEqual(changed?.fallback, {
    ...{ failureThreshold: 5, replicas: 4, behavior: "currentReplicasIfHigher" },
  });
});

test("replicas come at once, because what is due is due; they go by half steps after five low minutes, because each change stops the group", async () => {
  const up = {
    stabilizationWindowSeconds: 0,
    policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
  };
  const behavior = ({ advanced }: ScaledObject["spec"]): object =>
    advanced.horizontalPodAutoscalerConfig.behavior;
  for (const spec of await scaledObjects()) {
    assert.deepEqual(behavior(spec), {
      scaleUp: up,
      scaleDown: {
        stabilizationWindowSeconds: 300,
        policies: [{ type: "Percent", value: 50, periodSeconds: 120 }],
      },
    });
  }
  const scaleDown = { stabilizationWindowSeconds: 10, percent: 100, periodSeconds: 5 };
  const [changed] = await scaledObjects({ scaleDown });
  assert.deepEqual(changed && behavior(changed), {
    scaleUp: up,
    scaleDown: {
      stabilizationWindowSeconds: 10,
      policies: [{ type: "Percent", value: 100, periodSeconds: 5 }],
    },
  });
});

test("replicas have equally many partitions, because the one with more would end the day alone; the most divide them", async () => {
  const { kafka } = parse(readChartFile("values.yaml")) as Values;
  for (const [at, { maxReplicaCount, triggers }] of (await scaledObjects()).entries()) {
    const { metadata } = triggers[0] ?? assert.fail();
    assert.equal(metadata["ensureEvenDistributionOfPartitions"], "true");
    assert.equal(metadata["limitToPartitionsWithLag"], undefined, "KEDA refuses both together");
    const channel = CHANNELS[at] ?? assert.fail();
    assert.equal((kafka.topics.partitions[channel] ?? 0) % maxReplicaCount, 0, channel);
  }
  const [changed] = await scaledObjects({ evenDistribution: false });
  assert.equal(changed?.triggers[0]?.metadata["ensureEvenDistributionOfPartitions"], "false");
});

interface Values {
  readonly kafka: { readonly topics: { readonly partitions: Readonly<Record<string, number>> } };
}

test("a lag that stands still adds nobody, because its provider is down; one look an interval, or moving partitions would seem to stand", async () => {
  for (const { pollingInterval, triggers } of await scaledObjects()) {
    const { metadata, useCachedMetrics } = triggers[0] ?? assert.fail();
    assert.equal(metadata["excludePersistentLag"], "true");
    assert.equal(useCachedMetrics, true);
    assert.equal(pollingInterval, 10);
    assert.deepEqual([metadata["offsetResetPolicy"], metadata["allowIdleConsumers"]], ["earliest", "false"]);
  }
  const [changed] = await scaledObjects({ excludePersistentLag: false, pollingInterval: 1 });
  assert.equal(changed?.triggers[0]?.metadata["excludePersistentLag"], "false");
  assert.equal(changed.pollingInterval, 1);
});
