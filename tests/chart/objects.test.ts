import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { stringify } from "yaml";
import { z } from "zod";
import { parsePodTemplate } from "../../controllers/billing-run/kubernetes/pod-template.ts";
import { emailVariables } from "../../consumers/email/variables.ts";
import { consumerVariables } from "../../consumers/pipeline/config.ts";
import { operatorVariables } from "../../controllers/operator/config.ts";
import { dispatcherVariables } from "../../dispatcher/config.ts";
import { TOPICS } from "../../events/topics.ts";
import { jobVariables } from "../../jobs/job-options.ts";
import { define as defineTopics } from "../../jobs/topics/command.ts";
import { kafkaVariables, parseConfig } from "../../platform/config.ts";
import { environmentOf, jobTemplate, podsOf, type PodSpec } from "./pods.ts";
import { find, production, render, type Rendered, type Rendering } from "./rendering.ts";

const keda = { apis: ["keda.sh/v1alpha1"] };
const laptop: Rendering = { valuesFiles: ["values-dev.yaml"] };
const everything = await render(production, { apis: ["keda.sh/v1alpha1", "monitoring.coreos.com/v1"] });

interface Deployment extends Rendered {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly spec: PodSpec };
  };
}

interface ScaledObject extends Rendered {
  readonly spec: {
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    readonly triggers: readonly {
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

interface Role extends Rendered {
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
}

const deployment = (objects: readonly Rendered[], component: string): Deployment =>
  find(objects, "Deployment", `-${component}`) as Deployment;

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

for (const [what, values, rendering] of [
  ["production", production, undefined],
  ["a laptop", {}, laptop],
] as const) {
  test(`${what}: every container has resources and a restricted security context, every server probes`, async () => {
    for (const { by, spec } of podsOf(await render(values, rendering))) {
      assert.equal((spec.securityContext as { runAsNonRoot?: boolean }).runAsNonRoot, true, by);
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        const where = `${by}: ${container.name}`;
        assert.ok(container.resources.requests?.["cpu"], where);
        assert.ok(container.resources.requests["memory"], where);
        assert.ok(container.resources.limits?.["memory"], where);
        const { readOnlyRootFilesystem } = container.securityContext as { readOnlyRootFilesystem?: boolean };
        // Kafka's image writes its configuration beside its programs.
        if (container.name !== "kafka") assert.equal(readOnlyRootFilesystem, true, where);
      }
      if (!/^(Deployment|StatefulSet)/.test(by)) continue;
      assert.ok(spec.containers[0]?.livenessProbe, by);
      assert.ok(spec.containers[0].readinessProbe, by);
    }
  });
}

test("only the operator has a token of the API server", () => {
  const withToken = podsOf(everything).filter(({ spec }) => spec.automountServiceAccountToken !== false);
  assert.deepEqual(
    withToken.map(({ by }) => by),
    ["Deployment billing-billing-operator-operator"],
  );
  for (const object of everything.filter(({ kind }) => kind === "ServiceAccount")) {
    assert.equal(object["automountServiceAccountToken"], false);
  }
});

test("the operator may do this and nothing more", () => {
  const { rules } = find(everything, "Role") as Role;
  assert.deepEqual(
    rules.map(({ apiGroups, resources, verbs, resourceNames = [] }) =>
      [apiGroups, resources, verbs, resourceNames].map((list) => list.join(",")).join(" "),
    ),
    [
      "billing.telco.dev billingruns,billingschedules,notificationpolicies get,list,watch ",
      "billing.telco.dev billingruns create,patch,delete ",
      "billing.telco.dev billingruns/status,billingschedules/status,notificationpolicies/status patch ",
      "billing.telco.dev billingruns/finalizers,billingschedules/finalizers update ",
      "batch jobs get,list,watch,create,patch,delete ",
      " pods list ",
      "events.k8s.io events create,patch ",
      "coordination.k8s.io leases create ",
      "coordination.k8s.io leases get,update billing-operator",
    ],
  );
});

test("only consumers that send get the keys of personal data", () => {
  const holders = podsOf(everything).filter(({ spec }) => JSON.stringify(spec).includes("ENCRYPTION_KEYS"));
  assert.deepEqual(
    holders.map(({ labels }) => labels["app.kubernetes.io/component"]),
    ["email", "push", "sms"],
  );
});

test("no secret stands in any object", () => {
  assert.deepEqual(
    everything.filter(({ kind }) => kind === "Secret"),
    [],
  );
});

/** What secrets would hold, by key. */
const secrets = {
  DATABASE_URL: "postgresql://user:password@host:5432/billing",
  ENCRYPTION_KEYS: `k1:${"A".repeat(43)}=`,
  BLIND_INDEX_KEY: `${"A".repeat(43)}=`,
  LINK_KEYS: `l1:${"A".repeat(43)}=`,
  PROVIDER_URL: "smtp://user:password@mail:587",
};

test("each process takes the environment that it is given", () => {
  const parsed = (component: string, schema: z.ZodType): unknown => {
    const [container] = deployment(everything, component).spec.template.spec.containers;
    assert.ok(container);
    return parseConfig(schema, environmentOf(container, secrets));
  };
  const dispatcher = parsed("dispatcher", dispatcherVariables) as z.output<typeof dispatcherVariables>;
  assert.equal(dispatcher.DATABASE_ROLE, "billing_dispatcher");
  assert.equal(dispatcher.HEALTH_PORT, 8080);
  const consumer = z.object({ ...consumerVariables, ...emailVariables });
  const email = parsed("email", consumer) as z.output<typeof consumer>;
  assert.equal(email.DATABASE_ROLE, "billing_consumer");
  assert.equal(email.PROVIDER_URL, secrets.PROVIDER_URL);
  assert.equal(email.LINK_KEYS, secrets.LINK_KEYS);
  assert.equal((parsed("sms", consumer) as typeof email).PROVIDER_URL, "https://sms.example");
  const operator = parsed("operator", operatorVariables) as z.output<typeof operatorVariables>;
  assert.equal(operator.WATCH_NAMESPACE, "bills");
  assert.equal(operator.LEADER_ELECTION, "true");
  parsed("dead-letter", z.object(kafkaVariables));
  parsePodTemplate(stringify(jobTemplate(everything)), "job-template.yaml");
  const [job] = jobTemplate(everything).spec.containers;
  assert.ok(job);
  assert.equal(job.name, "job");
  assert.equal(parseConfig(jobVariables, environmentOf(job, secrets)).DATABASE_ROLE, "billing_settlement");
});

test("a pod may take longer than its process wants", () => {
  for (const component of ["email", "sms", "push"]) {
    const { containers, terminationGracePeriodSeconds = 0 } = deployment(everything, component).spec.template
      .spec;
    const [container] = containers;
    assert.ok(container);
    const deadlineMs = Number(environmentOf(container, secrets)["SHUTDOWN_DEADLINE_MS"]);
    assert.ok(terminationGracePeriodSeconds * 1_000 >= deadlineMs + 10_000);
  }
});

test("the migration asks for topics by options that there are", () => {
  const { spec } = find(everything, "Job") as Deployment;
  const { initContainers = [], containers } = spec.template.spec;
  assert.deepEqual([...(initContainers[0]?.args ?? [])].slice(0, 1), ["migrate"]);
  const [name, ...options] = containers[0]?.args ?? [];
  assert.equal(name, "topics");
  const command = new Command();
  defineTopics(command);
  command.exitOverride();
  const parsed = command.parseOptions(options);
  assert.deepEqual([parsed.unknown, parsed.operands], [[], []]);
  assert.equal(command.opts()["email"], 16);
  assert.equal(command.opts()["deadLetter"], 4);
  assert.equal(command.opts()["replicas"], 3);
});

test("in hook mode the Job comes before everything; in job mode everything waits for it", async () => {
  const [hook] = everything.filter(({ kind }) => kind === "Job");
  assert.equal(hook?.metadata.annotations?.["helm.sh/hook"], "pre-install,pre-upgrade");
  for (const { by, spec } of podsOf(everything)) {
    if (by.startsWith("Deployment")) assert.equal(spec.initContainers, undefined, by);
  }
  const objects = await render({}, laptop);
  assert.equal(find(objects, "Job").metadata.annotations, undefined);
  for (const { by, spec } of podsOf(objects)) {
    if (!by.startsWith("Deployment") || by.includes("simulator")) continue;
    const [needs] = spec.containers.map(({ env = [] }) => env.map(({ name }) => name));
    const waits = [
      ...(needs?.includes("DATABASE_URL") ? ["wait-for-schema"] : []),
      ...(needs?.includes("KAFKA_BOOTSTRAP") ? ["wait-for-topics"] : []),
    ];
    assert.deepEqual(
      spec.initContainers?.map(({ name }) => name),
      waits,
      by,
    );
  }
});

test("a login of its own for one process leaves the others theirs", async () => {
  const logins = { migration: { existingSecret: "owner", key: "url" }, sms: { existingSecret: "sms-login" } };
  const objects = await render({ ...production, database: { ...production.database, logins } });
  const secretOf = (spec: PodSpec): unknown =>
    [...(spec.initContainers ?? []), ...spec.containers]
      .flatMap(({ env = [] }) => env)
      .find(({ name }) => name === "DATABASE_URL")?.valueFrom?.secretKeyRef;
  assert.deepEqual(secretOf((find(objects, "Job") as Deployment).spec.template.spec), {
    name: "owner",
    key: "url",
  });
  const ofComponent = (component: string): unknown =>
    secretOf(deployment(objects, component).spec.template.spec);
  assert.deepEqual(ofComponent("sms"), { name: "sms-login", key: "DATABASE_URL" });
  assert.deepEqual(ofComponent("email"), { name: "billing-database", key: "DATABASE_URL" });
});

// They cannot be changed by an upgrade: Kubernetes refuses another selector.
test("names and selectors are those of the first version", () => {
  const workloads = everything.filter(({ kind }) => kind === "Deployment") as Deployment[];
  const expected = ["dead-letter", "dispatcher", "email", "operator", "push", "sms"].map((component) => ({
    name: `billing-billing-operator-${component}`,
    selector: {
      "app.kubernetes.io/name": "billing-operator",
      "app.kubernetes.io/instance": "billing",
      "app.kubernetes.io/component": component,
    },
  }));
  const found = workloads.map(({ metadata, spec }) => ({
    name: metadata.name,
    selector: spec.selector.matchLabels,
  }));
  assert.deepEqual(
    found.sort((one, other) => one.name.localeCompare(other.name)),
    expected,
  );
});
