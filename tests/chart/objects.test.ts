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
import { jobVariables } from "../../jobs/job-options.ts";
import { define as defineTopics } from "../../jobs/topics/command.ts";
import { kafkaVariables, parseConfig } from "../../platform/config.ts";
import { environmentOf, jobTemplate, podsOf, type PodSpec } from "./pods.ts";
import { everyProcess, find, production, render, type Rendered, type Rendering } from "./rendering.ts";

const laptop: Rendering = { valuesFiles: ["values-dev.yaml"] };
const everything = await render(everyProcess, { apis: ["keda.sh/v1alpha1", "monitoring.coreos.com/v1"] });

interface Deployment extends Rendered {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly spec: PodSpec };
  };
}

interface Budget extends Rendered {
  readonly spec: object;
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

for (const [what, values, rendering] of [
  ["production", everyProcess, undefined],
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
      if (/postgresql|kafka|simulator/.test(by)) continue;
      const { startupProbe, readinessProbe, livenessProbe } = spec.containers[0];
      const paths = [startupProbe, readinessProbe, livenessProbe].map((probe) => probe?.httpGet);
      const [alive, ready] = ["/healthz", "/readyz"].map((path) => ({ path, port: "http" }));
      assert.deepEqual(paths, [alive, ready, alive], by);
    }
  });
}

test("only the operator and admin have a token of the API server", () => {
  const withToken = podsOf(everything).filter(({ spec }) => spec.automountServiceAccountToken !== false);
  assert.deepEqual(
    withToken.map(({ by }) => by),
    ["Deployment billing-billing-operator-admin", "Deployment billing-billing-operator-operator"],
  );
  for (const object of everything.filter(({ kind }) => kind === "ServiceAccount")) {
    assert.equal(object["automountServiceAccountToken"], false);
  }
});

test("the operator may do this and nothing more", () => {
  const { rules } = find(everything, "Role", "-operator-operator") as Role;
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

test("only consumers that send, and admin that shows, get the keys of personal data", () => {
  const holders = podsOf(everything).filter(({ spec }) => JSON.stringify(spec).includes("ENCRYPTION_KEYS"));
  assert.deepEqual(
    holders.map(({ labels }) => labels["app.kubernetes.io/component"]),
    ["admin", "email", "push", "sms"],
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

test("of every process that has several pods one at a time may be evicted, and never a ready one for one that is not", () => {
  const budgets = everything.filter(({ kind }) => kind === "PodDisruptionBudget") as Budget[];
  const workloads = everything.filter(({ kind }) => kind === "Deployment") as Deployment[];
  const guarded = workloads.filter(({ metadata }) => !metadata.name.endsWith("-dead-letter"));
  assert.equal(budgets.length, guarded.length);
  for (const { metadata, spec } of guarded) {
    const budget = budgets.find(({ metadata: { name } }) => name === metadata.name);
    assert.deepEqual(budget?.spec, {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: spec.selector.matchLabels },
    });
  }
});

test("pods of a process stand on different nodes, so that a node that dies leaves some, but start where there is only one", () => {
  for (const { metadata, spec } of everything.filter(({ kind }) => kind === "Deployment") as Deployment[]) {
    assert.deepEqual(
      spec.template.spec.topologySpreadConstraints,
      [
        {
          ...{ maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
          labelSelector: { matchLabels: spec.selector.matchLabels },
        },
      ],
      metadata.name,
    );
  }
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
  const expected = [
    ...["admin", "bill-page", "dead-letter", "dispatcher", "email"],
    ...["operator", "push", "receipts", "sms"],
  ].map((component) => ({
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
