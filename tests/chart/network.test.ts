import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "yaml";
import { exampleRun } from "../../controllers/billing-run/example-observations.ts";
import { type ClusterOrder, jobManifest } from "../../controllers/billing-run/kubernetes/job-manifest.ts";
import { parsePodTemplate } from "../../controllers/billing-run/kubernetes/pod-template.ts";
import { applying, inwards, outwards, type Policy, type Rule } from "./network-policies.ts";
import { environmentOf, jobTemplate, podsOf } from "./pods.ts";
import {
  everyProcess,
  find,
  production,
  render,
  withAdmin,
  withReceipts,
  type Rendered,
} from "./rendering.ts";

const objects = await render(production);
const installations = {
  production: objects,
  "with admin": await render(withAdmin),
  "with receipts": await render(withReceipts),
  "every process": await render(everyProcess),
};

const egress: Readonly<Record<string, readonly number[]>> = {
  operator: [443, 5432, 6443],
  job: [5432],
  migration: [5432, 9092, 9094],
  dispatcher: [5432, 9092, 9094],
  email: [587, 5432, 9092, 9094],
  push: [443, 5432, 9092, 9094],
  sms: [443, 5432, 9092, 9094],
  "dead-letter": [9092, 9094],
  test: [5432, 8080, 9092, 9094],
};
// 8443 is the issuer's.
const ofAdmin = { admin: [443, 5432, 6443, 8443, 9092, 9094] };
const ofReceipts = { receipts: [5432] };
const ofBillPage = { "bill-page": [5432] };
/** Beside metrics: what people and providers reach. */
const doors: Readonly<Record<string, number>> = { admin: 8081, receipts: 8081, "bill-page": 8082 };
const expected: Readonly<Record<keyof typeof installations, Readonly<Record<string, readonly number[]>>>> = {
  production: egress,
  "with admin": { ...egress, ...ofAdmin },
  "with receipts": { ...egress, ...ofReceipts },
  "every process": { ...egress, ...ofAdmin, ...ofReceipts, ...ofBillPage },
};

/** What the ports of each pod are, by its process. */
function byProcess(rendered: readonly Rendered[], ports: typeof inwards): Record<string, readonly number[]> {
  return Object.fromEntries(
    podsOf(rendered).map(({ labels }) => [
      labels["billing.telco.dev/process"] ?? "",
      ports(rendered, labels),
    ]),
  );
}

for (const [what, rendered] of Object.entries(installations)) {
  const reached = expected[what as keyof typeof installations];

  test(`${what}: everything is denied to every pod, in both directions`, () => {
    const deny = find(rendered, "NetworkPolicy", "-default-deny") as Policy;
    assert.deepEqual(deny.spec.policyTypes, ["Ingress", "Egress"]);
    for (const { by, labels } of podsOf(rendered)) {
      assert.ok(
        applying(rendered, labels).some(({ metadata }) => metadata.name.endsWith("-default-deny")),
        by,
      );
    }
  });

  test(`${what}: each pod reaches what it needs, and no other port`, () => {
    assert.deepEqual(byProcess(rendered, outwards), reached);
  });

  test(`${what}: metrics are reached, besides them only admin, the webhook of receipts and the page of bills`, () => {
    const wanted = Object.keys(reached).map((process) => {
      if (process === "migration" || process === "test") return [process, []];
      const door = doors[process];
      return [process, door === undefined ? [8080] : [8080, door]];
    });
    assert.deepEqual(byProcess(rendered, inwards), Object.fromEntries(wanted));
  });
}

test("metrics are read by Prometheus, and by the test of the release", () => {
  const { labels } = podsOf(objects).find(({ by }) => by.endsWith("-operator")) ?? assert.fail();
  const [rule, ...more] = applying(objects, labels).flatMap(({ spec }) => spec.ingress ?? []);
  assert.deepEqual(more, []);
  assert.deepEqual(rule?.from, [
    { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } },
    {
      podSelector: {
        matchLabels: { "billing.telco.dev/release": "billing", "billing.telco.dev/process": "test" },
      },
    },
  ]);
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
  assert.deepEqual(outwards(objects, labels), [5432]);
});

for (const [process, suffix, value] of [
  ["receipts", "-receipts-webhook", "receiptsFrom"],
  ["admin", "-admin-web", "adminFrom"],
] as const) {
  test(`${process} is let in on its port alone, from anywhere or from where ${value} says`, async () => {
    const from = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } }];
    const rulesOf = async (networkPolicy: object): Promise<readonly Rule[]> => {
      const rendered = await render({ ...everyProcess, networkPolicy });
      const { spec } = find(rendered, "NetworkPolicy", suffix) as Policy;
      assert.deepEqual(spec.podSelector.matchLabels["billing.telco.dev/process"], process);
      assert.deepEqual(spec.policyTypes, ["Ingress"]);
      return spec.ingress ?? [];
    };
    const ports = [{ protocol: "TCP", port: 8081 }];
    assert.deepEqual(await rulesOf({}), [{ ports }]);
    assert.deepEqual(await rulesOf({ [value]: from }), [{ ports, from }]);
  });
}

test("admin reaches the issuer of tokens where issuerTo says, on the port of its URL; without one, nothing", async () => {
  const issuerTo = [{ ipBlock: { cidr: "10.1.2.3/32" } }];
  const rulesOf = async (issuer: string): Promise<readonly Rule[] | null> => {
    const oidc = { ...withAdmin.admin.oidc, issuer };
    const admin = { ...withAdmin.admin, oidc };
    const rendered = await render({ ...withAdmin, admin, networkPolicy: { issuerTo } });
    const found = rendered.filter(({ metadata }) => metadata.name.endsWith("-admin-issuer")) as Policy[];
    const [policy] = found;
    if (policy === undefined) return null;
    assert.equal(policy.spec.podSelector.matchLabels["billing.telco.dev/process"], "admin");
    return policy.spec.egress ?? [];
  };
  const rule = (port: number): Rule[] => [
    { ports: [{ protocol: "TCP", port }], to: issuerTo } as unknown as Rule,
  ];
  assert.deepEqual(await rulesOf("https://login.example:8443/realms/carrier"), rule(8443));
  assert.deepEqual(await rulesOf("https://login.example/realms/carrier"), rule(443));
  assert.deepEqual(await rulesOf("http://login.example"), rule(80));
  assert.equal(await rulesOf(""), null);
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
