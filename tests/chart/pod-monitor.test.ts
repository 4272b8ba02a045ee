import assert from "node:assert/strict";
import { test } from "node:test";
import { stringify } from "yaml";
import { exampleRun } from "../../controllers/billing-run/example-observations.ts";
import { jobManifest } from "../../controllers/billing-run/kubernetes/job-manifest.ts";
import { parsePodTemplate } from "../../controllers/billing-run/kubernetes/pod-template.ts";
import { inwards } from "./network-policies.ts";
import { jobTemplate, podsOf } from "./pods.ts";
import { everyProcess, find, render, type Rendered } from "./rendering.ts";

type Labels = Readonly<Record<string, string>>;

interface PodMonitor extends Rendered {
  readonly spec: {
    readonly selector: {
      readonly matchLabels: Labels;
      readonly matchExpressions: readonly {
        readonly key: string;
        readonly operator: string;
        readonly values: readonly string[];
      }[];
    };
    readonly podMetricsEndpoints: readonly {
      readonly port: string;
      readonly path: string;
      readonly interval: string;
      readonly relabelings: readonly {
        readonly sourceLabels: readonly string[];
        readonly targetLabel: string;
      }[];
    }[];
  };
}

const apis = ["monitoring.coreos.com/v1"];
const objects = await render(everyProcess, { apis });
const { spec } = find(objects, "PodMonitor") as PodMonitor;
const endpoint = spec.podMetricsEndpoints[0] ?? assert.fail();

function isScraped(labels: Labels, { matchLabels, matchExpressions } = spec.selector): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      assert.equal(operator, "NotIn");
      return !values.includes(labels[key] ?? "");
    })
  );
}

/** The labels that a pod's series get, as Prometheus makes them of the pod's. */
function seriesLabels(labels: Labels): Labels {
  const meta = Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      `__meta_kubernetes_pod_label_${name.replace(/[^a-zA-Z0-9_]/g, "_")}`,
      value,
    ]),
  );
  const relabelled = endpoint.relabelings.map(({ sourceLabels, targetLabel }) => [
    targetLabel,
    sourceLabels.map((name) => meta[name] ?? "").join(";"),
  ]);
  return Object.fromEntries(relabelled.filter(([, value]) => value !== "")) as Labels;
}

test("Prometheus reads every process where the network lets it in, at a port that the pod has; no migration, no test", () => {
  assert.deepEqual([endpoint.path, endpoint.interval], ["/metrics", "30s"]);
  const scraped = podsOf(objects).filter(({ labels }) => isScraped(labels));
  assert.equal(scraped.length, podsOf(objects).length - 2);
  for (const { by, labels, spec: pod } of podsOf(objects)) {
    assert.equal(inwards(objects, labels).includes(8080), isScraped(labels), by);
    if (!isScraped(labels)) continue;
    const ports = new Map(pod.containers[0]?.ports?.map(({ name, containerPort }) => [name, containerPort]));
    assert.equal(ports.get(endpoint.port), 8080, by);
    assert.deepEqual(seriesLabels(labels), {
      component: labels["billing.telco.dev/process"],
      release: "billing",
    });
  }
});

test("the servers of a laptop are not read: they have no metrics of ours", async () => {
  const laptop = await render(
    { monitoring: { podMonitor: { enabled: true } } },
    { valuesFiles: ["values-dev.yaml"] },
  );
  const { selector } = (find(laptop, "PodMonitor") as PodMonitor).spec;
  const scraped = podsOf(laptop).filter(({ labels }) => isScraped(labels, selector));
  assert.deepEqual(
    scraped.filter(({ by }) => /postgresql|kafka|simulator|migrate|test/.test(by)),
    [],
  );
  assert.ok(scraped.length >= 6);
});

test("the pods of a run's Jobs are read too, each step under its name", () => {
  const template = parsePodTemplate(stringify(jobTemplate(objects)), "job-template.yaml");
  for (const kind of ["prepare", "settle", "verify", "promote", "ledger"] as const) {
    const order = {
      ...{ name: `october-${kind}`, kind, args: [], indexes: [0], parallelism: 1 },
      ...{ backoffLimitPerIndex: 2, maxFailedIndexes: 0 },
    };
    const manifest = jobManifest({ namespace: "bills", run: exampleRun(), template }, order);
    const { labels } = (manifest as { spec: { template: { metadata: { labels: Labels } } } }).spec.template
      .metadata;
    assert.ok(isScraped(labels));
    assert.deepEqual(seriesLabels(labels), { component: "job", release: "billing", step: kind });
    assert.ok(inwards(objects, labels).includes(8080));
  }
});

test("Prometheus selects it by labels of your choice", async () => {
  const podMonitor = { labels: { team: "billing" }, interval: "5s" };
  const changed = await render({ ...everyProcess, monitoring: { podMonitor } }, { apis });
  const monitor = find(changed, "PodMonitor") as PodMonitor;
  assert.equal(monitor.metadata.labels?.["team"], "billing");
  assert.equal(monitor.spec.podMetricsEndpoints[0]?.interval, "5s");
});
