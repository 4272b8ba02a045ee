import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "yaml";
import { exampleRun } from "../../controllers/billing-run/example-observations.ts";
import { type ClusterOrder, jobManifest } from "../../controllers/billing-run/kubernetes/job-manifest.ts";
import { parsePodTemplate } from "../../controllers/billing-run/kubernetes/pod-template.ts";
import { environmentOf, jobTemplate, podsOf } from "./pods.ts";
import { find, production, render, withReceipts, type Rendered } from "./rendering.ts";

interface Rule {
  readonly ports?: readonly { readonly port: number }[];
  readonly to?: readonly object[];
  readonly from?: readonly object[];
}

interface Policy extends Rendered {
  readonly spec: {
    readonly podSelector: {
      readonly matchLabels: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly { readonly values: readonly string[] }[];
    };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

const objects = await render(production);
const policies = objects.filter(({ kind }) => kind === "NetworkPolicy") as Policy[];

/** The policies that select a pod with these labels. */
function applying(labels: Readonly<Record<string, string>>, among: readonly Policy[] = policies): Policy[] {
  return among.filter(({ spec: { podSelector } }) => {
    const { matchLabels, matchExpressions = [] } = podSelector;
    const process = labels["billing.telco.dev/process"] ?? "";
    return (
      Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
      matchExpressions.every(({ values }) => values.includes(process))
    );
  });
}

/** Ports that a pod reaches, without those of names. */
function outwards(labels: Readonly<Record<string, string>>): number[] {
  const rules = applying(labels).flatMap(({ spec }) => spec.egress ?? []);
  const ports = rules.flatMap((rule) => (rule.ports ?? []).map(({ port }) => port));
  return [...new Set(ports)].filter((port) => port !== 53).sort((one, other) => one - other);
}

test("everything is denied to every pod, in both directions", () => {
  const deny = find(objects, "NetworkPolicy", "-default-deny") as Policy;
  assert.deepEqual(deny.spec.policyTypes, ["Ingress", "Egress"]);
  for (const { by, labels } of podsOf(objects)) {
    assert.ok(
      applying(labels).some(({ metadata }) => metadata.name.endsWith("-default-deny")),
      by,
    );
  }
});

test("each pod reaches what it needs, and no other port", () => {
  const reached: Record<string, readonly number[]> = {};
  for (const { labels } of podsOf(objects)) {
    reached[labels["billing.telco.dev/process"] ?? ""] = outwards(labels);
  }
  assert.deepEqual(reached, {
    operator: [443, 5432, 6443],
    job: [5432],
    migration: [5432, 9092, 9094],
    dispatcher: [5432, 9092, 9094],
    email: [587, 5432, 9092, 9094],
    push: [443, 5432, 9092, 9094],
    sms: [443, 5432, 9092, 9094],
    "dead-letter": [9092, 9094],
    test: [5432, 8080, 9092, 9094],
  });
});

test("the operator's Jobs are recognised under the labels that it gives them", () => {
  const template = parsePodTemplate(stringify(jobTemplate(objects)), "job-template.yaml");
  const order: ClusterOrder = {
    ...{ name: "october-settle", kind: "settle", args: [], indexes: [0, 1], parallelism: 1 },
    ...{ backoffLimitPerIndex: 2, maxFailedIndexes: 0 },
  };
  const manifest = jobManifest({ namespace: "bills", run: exampleRun(), template }, order);
  const { labels } = (manifest as { spec: { template: { metadata: { labels: Record<string, string> } } } })
    .spec.template.metadata;
  assert.equal(labels["app.kubernetes.io/component"], "settle");
  assert.deepEqual(outwards(labels), [5432]);
});

test("only metrics are reached from outside, by Prometheus and the test of the release", () => {
  const inwards = policies.flatMap(({ spec }) => spec.ingress ?? []);
  assert.equal(inwards.length, 1);
  assert.deepEqual(
    inwards[0]?.ports?.map(({ port }) => port),
    [8080],
  );
  assert.equal(inwards[0].from?.length, 2);
});

test("the webhook of receipts is let in on its port alone, from anywhere or from where it is said; out goes PostgreSQL", async () => {
  const ingressOf = async (networkPolicy: object): Promise<readonly Rule[]> => {
    const rendered = await render({ ...withReceipts, networkPolicy });
    const among = rendered.filter(({ kind }) => kind === "NetworkPolicy") as Policy[];
    const pod = podsOf(rendered).find(({ labels }) => labels["billing.telco.dev/process"] === "receipts");
    const chosen = applying(pod?.labels ?? {}, among);
    const egress = chosen.flatMap(({ spec }) => spec.egress ?? []).flatMap(({ ports = [] }) => ports);
    assert.deepEqual(
      egress.map(({ port }) => port),
      [53, 53, 5432],
    );
    return chosen.flatMap(({ spec }) => spec.ingress ?? []);
  };
  const from = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } }];
  const open = await ingressOf({});
  assert.deepEqual(
    open.map(({ ports, from: peers }) => [ports?.[0]?.port, peers?.length ?? 0]),
    [
      [8080, 2],
      [8081, 0],
    ],
  );
  assert.deepEqual((await ingressOf({ receiptsFrom: from }))[1]?.from, from);
});

test("where servers are can be said", async () => {
  const postgresqlTo = [{ ipBlock: { cidr: "10.1.2.3/32" } }];
  const narrowed = await render({ ...production, networkPolicy: { postgresqlTo } });
  const job = find(narrowed, "NetworkPolicy", "-job") as Policy;
  assert.deepEqual(job.spec.egress?.[0]?.to, postgresqlTo);
});

test("before the first installation the migration has its own policy, as a hook before its Job", () => {
  const migration = find(objects, "NetworkPolicy", "-migration") as Policy;
  const weight = (object: Rendered): number => Number(object.metadata.annotations?.["helm.sh/hook-weight"]);
  assert.ok(weight(migration) < weight(find(objects, "Job")));
});

test("on a laptop, KEDA reaches Kafka from its own namespace, and nobody from outside PostgreSQL", async () => {
  const laptop = await render({}, { valuesFiles: ["values-dev.yaml"] });
  const from = (suffix: string): readonly object[] =>
    (find(laptop, "NetworkPolicy", suffix) as Policy).spec.ingress?.[0]?.from ?? [];
  assert.equal(from("-kafka").length, 2);
  assert.equal(from("-postgresql").length, 1);
});

test("several providers come from a Secret as a whole, and the network is open to their ports", async () => {
  const list = { existingSecret: "gateways", key: "sms.json", ports: [443, 8443] };
  const sms = { provider: { list } };
  const several = await render({ ...production, consumers: { ...production.consumers, sms } });
  const consumer = podsOf(several).find(({ by }) => by.endsWith("-sms"));
  const environment = environmentOf(consumer?.spec.containers[0] ?? assert.fail(), { "sms.json": "[1]" });
  assert.equal(environment["PROVIDERS"], "[1]");
  assert.equal("PROVIDER_URL" in environment, false);
  const policy = find(several, "NetworkPolicy", "-sms") as Policy;
  const ports = (policy.spec.egress ?? []).flatMap((rule) => rule.ports ?? []).map(({ port }) => port);
  assert.ok(ports.includes(8_443) && ports.includes(443), ports.join());
});
