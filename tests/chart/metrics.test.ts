import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { servedByProcess } from "../metrics/served.ts";
import { chart, readChartFile } from "./chart-files.ts";
import { type ConfigMap, find, production, render, type Rendered } from "./rendering.ts";

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface PrometheusRule extends Rendered {
  readonly spec: { readonly groups: readonly { readonly rules: readonly Alert[] }[] };
}

interface Dashboard {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
  readonly panels: readonly {
    readonly title: string;
    /** Headings have none. */
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const rule = find(
  await render(production, { apis: ["monitoring.coreos.com/v1"] }),
  "PrometheusRule",
) as PrometheusRule;
const alerts = rule.spec.groups.flatMap(({ rules }) => rules);
const dashboards = globSync("dashboards/*.json", { cwd: chart }).map(
  (path) => JSON.parse(readChartFile(path)) as Dashboard,
);
const expressions = [
  ...alerts.map(({ alert, expr }) => ({ where: alert, expr })),
  ...dashboards.flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ where: `${uid}: ${title}`, expr })),
    ),
  ),
];

/** Labels that Prometheus and pod-monitor.yaml give to every series. */
const targetLabels = ["namespace", "release", "component", "step", "pod"];

/** Every metric that the processes serve, with the labels that it has in any of them. */
function served(): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>([["up", []]]);
  for (const { name, type, labels } of Object.values(servedByProcess).flat()) {
    const suffixes = type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
    for (const suffix of suffixes) {
      names.set(name + suffix, [...(names.get(name + suffix) ?? ["le"]), ...labels]);
    }
  }
  return names;
}

test("alerts and dashboards ask for metrics and labels that there are", () => {
  const metrics = served();
  assert.ok(expressions.length > 20);
  for (const { where, expr } of expressions) {
    const selectors = [...expr.matchAll(/(\w+)\{([^}]*)\}/g)];
    assert.ok(selectors.length > 0, `${where} selects nothing`);
    const known = new Set<string>(targetLabels);
    for (const [, metric = "", matchers = ""] of selectors) {
      const labels = metrics.get(metric);
      assert.ok(labels, `${where}: no process serves ${metric}`);
      for (const label of labels) known.add(label);
      for (const [, label = ""] of matchers.matchAll(/(\w+)[!=]+~?"/g)) {
        assert.ok(
          labels.includes(label) || targetLabels.includes(label),
          `${where}: ${metric} has no ${label}`,
        );
      }
    }
    for (const [, list = ""] of expr.matchAll(/(?:by|on) \(([^)]+)\)/g)) {
      for (const label of list.split(", ")) assert.ok(known.has(label), `${where}: nothing has ${label}`);
    }
  }
});

test("every alert says what it means and what happens meanwhile", () => {
  for (const { alert, annotations } of alerts) {
    assert.ok(annotations.summary.endsWith("."), alert);
    assert.ok(annotations.description.length > 40, alert);
  }
});

test("dashboards come as ConfigMaps when asked for, whole", async () => {
  const monitoring = { dashboards: { enabled: true } };
  const objects = await render({ ...production, monitoring });
  for (const name of ["settlement", "delivery", "operator", "processes"]) {
    const { data, metadata } = find(objects, "ConfigMap", `-dashboard-${name}`) as ConfigMap;
    assert.equal(metadata.labels?.["grafana_dashboard"], "1");
    const dashboard = JSON.parse(data[`${name}.json`] ?? "") as Dashboard;
    assert.deepEqual(dashboard, JSON.parse(readChartFile(`dashboards/${name}.json`)));
  }
});

test("dashboards link to where the chart says that runbooks are", async () => {
  const runbooks = "https://git.example/billing-operator/blob/main/docs/runbooks";
  const objects = await render({ ...production, monitoring: { runbooks, dashboards: { enabled: true } } });
  const { data } = find(objects, "ConfigMap", "-dashboard-delivery") as ConfigMap;
  const { list } = (JSON.parse(data["delivery.json"] ?? "") as Dashboard).templating;
  assert.equal(list.find(({ name }) => name === "runbooks")?.query, runbooks);
});
