import assert from "node:assert/strict";
import { test } from "node:test";
import { format } from "prettier";
import { parse } from "yaml";
import { chart, readChartFile } from "./chart-files.ts";
import { complaint, production, render, runHelm } from "./rendering.ts";
import { documentedValues, leafPaths, valuesTable } from "./values-table.ts";

test("without secrets, brokers and providers it says for each what to set", async () => {
  const text = await complaint({});
  for (const sentence of [
    "database.existingSecret: set the name of a Secret with the URL of PostgreSQL under the key DATABASE_URL",
    "encryption.existingSecret: set the name of a Secret with the keys ENCRYPTION_KEYS and BLIND_INDEX_KEY",
    "kafka.bootstrap: set host:port[,host:port] of your brokers",
    "consumers.email.provider: set url to http(s)://host:port or smtp(s)://host:port, or existingSecret",
    "consumers.push.provider: set url to http(s)://host:port, or existingSecret",
    "consumers.sms.provider: set url to http(s)://host:port, or existingSecret",
  ]) {
    assert.ok(text.includes(sentence), `${sentence}\nis not in\n${text}`);
  }
});

const consumer = (email: object): object => ({
  ...production,
  consumers: { ...production.consumers, email: { ...production.consumers.email, ...email } },
});

const unfitting: readonly (readonly [what: string, values: object, sentence: string])[] = [
  [
    "a login for a process that is none",
    { ...production, database: { existingSecret: "a", logins: { mail: { existingSecret: "b" } } } },
    "database.logins.mail: there is no such process; use one of migration, operator, jobs, dispatcher, email, push, sms",
  ],
  [
    "more replicas than partitions",
    consumer({ autoscaling: { maxReplicas: 17 } }),
    "consumers.email.autoscaling.maxReplicas: set at most kafka.topics.partitions.email (16)",
  ],
  [
    "more replicas at rest than at most",
    consumer({ autoscaling: { minReplicas: 9 } }),
    "consumers.email.autoscaling.minReplicas: set at most maxReplicas (8)",
  ],
  [
    "a queue too short for all replicas",
    { ...production, dispatcher: { maxQueued: 31_999 } },
    "dispatcher.maxQueued: set at least 32000 or leave it 0; with less, email would never reach its maxReplicas",
  ],
  [
    "a shutdown that cuts sends off",
    consumer({ shutdownDeadlineMs: 15_000 }),
    "consumers.email.shutdownDeadlineMs: set more than provider.timeoutMs (15000)",
  ],
  [
    "a provider at a port that nobody knows",
    consumer({ provider: { existingSecret: "gateway" } }),
    "consumers.email.provider.port: set the port of the URL in the Secret",
  ],
  [
    "a provider in two places",
    consumer({ provider: { existingSecret: "gateway", url: "https://mail.example" } }),
    "consumers.email.provider: set url or existingSecret, not both",
  ],
  [
    "several providers beside one",
    consumer({
      provider: { url: "https://one.example", list: { existingSecret: "gateways", ports: [443] } },
    }),
    "consumers.email.provider: set list, or one provider by url or existingSecret, not both",
  ],
  [
    "several providers at ports that nobody knows",
    consumer({ provider: { existingSecret: "", list: { existingSecret: "gateways" } } }),
    "consumers.email.provider.list.ports: set the ports of the URLs in the Secret",
  ],
  [
    "SMS by SMTP",
    { ...production, consumers: { ...production.consumers, sms: { provider: { url: "smtp://mail:25" } } } },
    "consumers.sms.provider.url: only e-mail is sent by SMTP",
  ],
  [
    "SASL without a password",
    { ...production, kafka: { ...production.kafka, sasl: { mechanism: "PLAIN" } } },
    "kafka.sasl.existingSecret: set the name of a Secret with the keys username and password",
  ],
  [
    "certificates without TLS",
    { ...production, kafka: { ...production.kafka, tls: { existingSecret: "ca" } } },
    "kafka.tls.enabled: set true",
  ],
  [
    "receipts that nobody can sign",
    { ...production, receipts: { enabled: true } },
    "receipts.existingSecret: set the name of a Secret with the keys that providers sign with under the key RECEIPT_KEYS",
  ],
  [
    "a page of bills that no message links to",
    { ...production, billPage: { enabled: true } },
    "carrier.billUrl: set where billPage is reached from outside",
  ],
  [
    "a hook before its server",
    { ...production, dev: { postgresql: { enabled: true } } },
    "migration.mode: set job with dev.postgresql or dev.kafka",
  ],
];

for (const [what, values, sentence] of unfitting) {
  test(`refuses ${what}, and says what to set`, async () => {
    const text = await complaint(values);
    assert.ok(text.includes(sentence), text);
  });
}

const malformed: readonly (readonly [place: string, values: object])[] = [
  ["/kafka/bootstrap", { kafka: { bootstrap: "kafka" } }],
  ["/kafka/sasl/mechanism", { kafka: { sasl: { mechanism: "GSSAPI" } } }],
  ["/consumers/email", { consumers: { email: { inFlights: 1 } } }],
  ["/consumers/email/inFlight", { consumers: { email: { inFlight: 50_001 } } }],
  [
    "/consumers/email/provider/url",
    { consumers: { email: { provider: { url: "https://user:secret@host" } } } },
  ],
  ["/consumers", { consumers: { "e-mail": {} } }],
  ["/migration/mode", { migration: { mode: "post" } }],
  ["/dispatcher/env/MAX_QUEUED", { dispatcher: { env: { MAX_QUEUED: 1 } } }],
  ["/keda/enabled", { keda: { enabled: "yes" } }],
  ["/image/digest", { image: { digest: "sha256:abc" } }],
  ["/operator/replicas", { operator: { replicas: "two" } }],
  ["/carrier/billUrl", { carrier: { billUrl: "http://bills.example/" } }],
  ["/jobs/resources", { jobs: { resources: { request: {} } } }],
  ["/receipts/windowSeconds", { receipts: { windowSeconds: 5 } }],
  ["/receipts/env/RECEIPT_KEYS", { receipts: { env: { RECEIPT_KEYS: "k1:secret" } } }],
  ["/billPage/requestsPerMinute", { billPage: { requestsPerMinute: 0 } }],
  ["/billPage/env/LINK_KEYS", { billPage: { env: { LINK_KEYS: "l1:secret" } } }],
  ["", { operators: {} }],
];

for (const [place, values] of malformed) {
  test(`the schema names ${place || "an unknown section"}`, async () => {
    assert.ok((await complaint(values)).includes(`at '${place}'`));
  });
}

test("helm lint finds nothing, with production's values and a laptop's", async () => {
  for (const file of ["-", `${chart}/values-dev.yaml`]) {
    const { code, stdout } = await runHelm(["lint", "--strict", chart, "-f", file], production);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /0 chart\(s\) failed/);
    assert.doesNotMatch(stdout, /\[(WARNING|ERROR)\]/);
  }
});

test("a cluster too old is refused", async () => {
  const { code, stderr } = await runHelm(
    ["template", chart, "-f", "-", "--kube-version", "1.30.9"],
    production,
  );
  assert.equal(code, 1);
  assert.match(stderr, /requires kubeVersion: >=1\.31\.0/);
});

test("every value is described, and README.md lists them as they are", async () => {
  const text = readChartFile("values.yaml");
  const described = documentedValues(text).map(({ path }) => path);
  const missing = leafPaths(parse(text)).filter(
    (leaf) => !described.some((path) => leaf === path || leaf.startsWith(`${path}.`)),
  );
  assert.deepEqual(missing, []);
  const table = await format(valuesTable(text), { parser: "markdown", printWidth: 110 });
  assert.ok(readChartFile("README.md").includes(table), "run: node tests/chart/regenerate.ts");
});

test("one more consumer is one more entry", async () => {
  const push = { provider: { url: "https://push.example:8443" }, autoscaling: { maxReplicas: 8 } };
  const objects = await render(
    { ...production, consumers: { ...production.consumers, push } },
    { apis: ["keda.sh/v1alpha1"] },
  );
  const kinds = objects.filter(({ metadata }) => metadata.name === "billing-billing-operator-push");
  assert.deepEqual(kinds.map(({ kind }) => kind).sort(), [
    "Deployment",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "ScaledObject",
  ]);
});
