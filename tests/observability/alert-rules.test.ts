import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { runProgram, skippedWithout } from "./programs.ts";
import { alertRules, ruleFiles } from "./rules.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const unitTests = globSync("alerts/*.yaml", { cwd: import.meta.dirname })
  .sort()
  .map((path) => join(import.meta.dirname, path));
const skip = skippedWithout("promtool");

interface UnitTest {
  readonly tests: readonly {
    readonly promql_expr_test: readonly {
      readonly expr: string;
      readonly exp_samples?: readonly { readonly labels: string }[];
    }[];
  }[];
}

const cases = unitTests.flatMap((file) => (parse(readFileSync(file, "utf8")) as UnitTest).tests);

/** The series `ALERTS{…}` that a case expects of an alert. */
function expectedSeries(alert: string, { promql_expr_test }: UnitTest["tests"][number]): string[] {
  return promql_expr_test
    .flatMap(({ exp_samples = [] }) => exp_samples.map(({ labels }) => labels))
    .filter((labels) => labels.includes(`alertname="${alert}"`));
}

test("promtool takes the rules", { skip }, () => {
  const { code, output } = runProgram("promtool", ["check", "rules", ...ruleFiles]);
  assert.equal(code, 0, output);
  const counted = [...output.matchAll(/SUCCESS: (\d+) rules found/g)].map((match) => Number(match[1]));
  assert.equal(
    counted.reduce((sum, rules) => sum + rules, 0),
    alertRules.length,
  );
});

test("every alert fires when it should, and is silent when it should be", { skip }, () => {
  const { code, output } = runProgram("promtool", ["test", "rules", ...unitTests]);
  assert.equal(code, 0, output);
});

test("a unit test that expects something else fails", { skip }, () => {
  // A promtool that took no notice of what is expected would let everything pass.
  const { code, output } = runProgram("promtool", [
    ...["test", "rules"],
    join(import.meta.dirname, "wrong/never-fires.yaml"),
  ]);
  assert.equal(code, 1, output);
  assert.match(output, /BillingRunFailed/);
});

test("each alert has a case in which it fires, and is silent a moment before or after", () => {
  assert.ok(alertRules.length > 15);
  for (const { alert } of alertRules) {
    const firing = cases.filter((one) => expectedSeries(alert, one).length > 0);
    assert.ok(firing.length > 0, `no unit test lets ${alert} fire`);
    const alsoSilent = firing.some(({ promql_expr_test }) =>
      promql_expr_test.some(
        ({ expr, exp_samples }) => expr.startsWith("ALERTS{") && exp_samples === undefined,
      ),
    );
    assert.ok(alsoSilent, `no unit test finds ${alert} silent with the series that let it fire`);
  }
});

test("an alert says how grave it is, what it means with its value, and where to read on", () => {
  for (const { alert, expr, labels, annotations } of alertRules) {
    const { summary, description } = annotations;
    assert.match(labels["severity"] ?? "", /^(critical|warning)$/, alert);
    assert.ok(summary.endsWith(".") && summary.length < 100, `${alert}: summary`);
    assert.ok(description.endsWith(".") && description.length > 40, `${alert}: description`);
    // Of what is 0 or 1 the value tells nothing.
    const hasOneValue = /== [01]$|^absent|\{[^}]*\}\) < 1$/.test(expr);
    assert.ok(hasOneValue || description.includes("$value"), `${alert}: its description has no value`);
    assert.equal(annotations.runbook_url, `docs/runbooks/${alert}.md`);
  }
});

test("an annotation uses labels that the alert has", () => {
  for (const { alert, annotations } of alertRules) {
    const used = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map((match) => match[1] ?? "");
    for (const series of cases.flatMap((one) => expectedSeries(alert, one))) {
      for (const label of used) assert.match(series, new RegExp(`[{,]${label}="`), `${alert}: ${label}`);
    }
  }
});

test("an alert is of one release, and says which", () => {
  for (const { alert, expr, labels } of alertRules) {
    const selectors = [...expr.matchAll(/\b(?:up|process_\w+|nodejs_\w+|billing_\w+)\b(.{0,40})/g)];
    assert.ok(selectors.length > 0, alert);
    for (const [, rest = ""] of selectors) {
      assert.ok(rest.startsWith('{namespace="billing",release="billing"'), `${alert}: ${rest}`);
    }
    assert.deepEqual([labels["namespace"], labels["release"]], ["billing", "billing"], alert);
  }
});

test("every alert has its page, and every page its alert", () => {
  const pages = globSync("docs/runbooks/*.md", { cwd: root }).map((path) => basename(path, ".md"));
  assert.deepEqual(pages.sort(), [...new Set(alertRules.map(({ alert }) => alert))].sort());
  for (const page of pages) {
    const text = readFileSync(join(root, "docs/runbooks", `${page}.md`), "utf8");
    assert.ok(text.startsWith(`# ${page}\n`), page);
    for (const part of ["**Members notice:**", "**Look at**", "**Do**", "**Over when:**"]) {
      assert.ok(text.includes(part), `${page} has no ${part}`);
    }
  }
});

test("docs/alerting.md lists every alert with its severity", () => {
  const path = join(root, "docs/alerting.md");
  assert.ok(existsSync(path));
  const page = readFileSync(path, "utf8");
  for (const { alert, labels } of alertRules) {
    const row = page.split("\n").find((line) => line.startsWith(`| [${alert}](runbooks/${alert}.md)`));
    assert.ok(row?.includes(`| ${labels["severity"] ?? ""} `), `no row of ${alert}, or another severity`);
  }
});
