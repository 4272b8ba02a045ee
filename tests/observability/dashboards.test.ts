import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { generatedDashboards } from "../../charts/dashboards/generate.ts";
import { runProgram, skippedWithout } from "./programs.ts";
import { alertRules } from "./rules.ts";

interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: GridPosition;
  readonly links?: readonly { readonly url: string }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly PanelJson[];
}

const files = generatedDashboards().map(({ url, content }) => ({ path: fileURLToPath(url), content }));
const dashboards = files.map(({ path }) => JSON.parse(readFileSync(path, "utf8")) as DashboardJson);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Panels that show something, not headings. */
const showing = ({ panels }: DashboardJson): PanelJson[] => panels.filter(({ type }) => type !== "row");

test("the files are what their sources say", () => {
  for (const { path, content } of files) {
    assert.equal(readFileSync(path, "utf8"), content, `${path}: run "make generate"`);
  }
});

test("dashboards are told apart, and each asks for its data source, namespace and release", () => {
  assert.equal(new Set(dashboards.map(({ uid }) => uid)).size, 4);
  for (const { uid, templating } of dashboards) {
    const names = templating.list.map(({ name }) => name);
    assert.deepEqual(names, ["datasource", "namespace", "release", "runbooks"], uid);
    assert.equal(templating.list[0]?.type, "datasource");
  }
});

test("a panel says what is seen, in which unit, from the chosen data source", () => {
  for (const dashboard of dashboards) {
    const titles = showing(dashboard).map(({ title }) => title);
    assert.ok(titles.length >= 9, dashboard.uid);
    assert.deepEqual(titles, [...new Set(titles)], "a title names one panel");
    for (const panel of showing(dashboard)) {
      const where = `${dashboard.uid}: ${panel.title}`;
      assert.match(panel.description ?? "", /\.$/, where);
      assert.ok(panel.fieldConfig?.defaults.unit, where);
      assert.equal(panel.datasource?.uid, "${datasource}", where);
      const legends = (panel.targets ?? []).map(({ legendFormat }) => legendFormat);
      assert.ok(legends.length > 0 && legends.every((legend) => legend !== ""), where);
    }
  }
});

test("panels stand beside and below each other, none on another", () => {
  for (const { uid, panels } of dashboards) {
    const taken = new Set<string>();
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, uid);
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, `${uid}: ${title} is too wide`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!taken.has(`${x},${y}`), `${uid}: ${title} covers another panel`);
          taken.add(`${x},${y}`);
        }
      }
    }
  }
});

test("a panel asks for the chosen release only, and a legend for labels that the query keeps", () => {
  for (const dashboard of dashboards) {
    for (const { title, targets = [] } of showing(dashboard)) {
      for (const { expr, legendFormat } of targets) {
        const where = `${dashboard.uid}: ${title}`;
        for (const [selector] of expr.matchAll(/\{[^}]*\}/g)) {
          assert.ok(
            selector.startsWith('{namespace="$namespace",release="$release"'),
            `${where}: ${selector}`,
          );
        }
        const kept = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(", "));
        for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          assert.ok(kept.includes(label), `${where}: no ${label} is left for the legend`);
        }
      }
    }
  }
});

test("links lead to pages of runbooks, and every alert is on some panel", () => {
  const urls = dashboards.flatMap((dashboard) => showing(dashboard).flatMap(({ links = [] }) => links));
  const linked = new Set(urls.map(({ url }) => url.replace("${runbooks}/", "").replace(/\.md$/, "")));
  for (const alert of linked) assert.ok(existsSync(join(root, `docs/runbooks/${alert}.md`)), alert);
  for (const { alert } of alertRules) assert.ok(linked.has(alert), `no panel shows what ${alert} is about`);
});

test("Prometheus understands every expression", { skip: skippedWithout("promtool") }, () => {
  const queries = dashboards.flatMap((dashboard) =>
    showing(dashboard).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  );
  // Grafana's variables have values before Prometheus sees them.
  const rules = queries.map((expr, index) => ({
    record: `dashboard:expression:${index}`,
    expr: expr.replaceAll("$__rate_interval", "2m").replaceAll("$__range", "3h"),
  }));
  const folder = mkdtempSync(join(tmpdir(), "dashboards-"));
  const file = join(folder, "expressions.yaml");
  writeFileSync(file, stringify({ groups: [{ name: "dashboards", rules }] }));
  const { code, output } = runProgram("promtool", ["check", "rules", file]);
  rmSync(folder, { recursive: true });
  assert.equal(code, 0, output);
  assert.match(output, new RegExp(`SUCCESS: ${queries.length} rules found`));
});
