import assert from "node:assert/strict";
import { test } from "node:test";
import { ruleGroups, type RuleGroup } from "../observability/rules.ts";
import { find, production, render, type Rendered } from "./rendering.ts";

interface PrometheusRule extends Rendered {
  readonly spec: { readonly groups: readonly RuleGroup[] };
}

/** The groups of rules that the chart makes with these values. */
async function groupsOf(prometheusRule: object, monitoring: object = {}): Promise<readonly RuleGroup[]> {
  const values = { ...production, monitoring: { ...monitoring, prometheusRule } };
  const objects = await render(values, { apis: ["monitoring.coreos.com/v1"], release: "telco" });
  return (find(objects, "PrometheusRule") as PrometheusRule).spec.groups;
}

test("the chart has the rules of rules/, each for its own release", async () => {
  const rendered = await groupsOf({});
  const text = JSON.stringify(rendered);
  assert.ok(!text.includes('\\"billing\\"'), "a selector of the example is left");
  const back = text
    .replaceAll('namespace=\\"bills\\",release=\\"telco\\"', 'namespace=\\"billing\\",release=\\"billing\\"')
    .replaceAll('"namespace":"bills"', '"namespace":"billing"')
    .replaceAll('"release":"telco"', '"release":"billing"');
  assert.deepEqual(JSON.parse(back), ruleGroups);
});

test("the chart says how many dead letters are worth a person, and where the runbooks are", async () => {
  const runbooks = "https://git.example/billing-operator/blob/main/docs/runbooks/";
  const rules = (await groupsOf({ deadLettersPerHour: 7 }, { runbooks })).flatMap((group) => group.rules);
  const deadLetters = rules.find(({ alert }) => alert === "BillingDeadLetters");
  assert.match(deadLetters?.expr ?? "", /> 7$/);
  assert.deepEqual(
    rules.map(({ annotations }) => annotations.runbook_url),
    rules.map(({ alert }) => `${runbooks}${alert}.md`),
  );
});

test("rules of one's own stand in a group of their own", async () => {
  const own = { alert: "Mine", expr: "vector(1)" };
  assert.deepEqual((await groupsOf({ more: [own] })).at(-1), { name: "billing-more", rules: [own] });
});
