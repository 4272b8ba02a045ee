import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { chart } from "../chart/chart-files.ts";

/** A rule of charts/billing-operator/rules/, as Prometheus reads it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

/** A group of rules. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** The files of rules. */
export const ruleFiles = globSync("rules/*.yaml", { cwd: chart })
  .sort()
  .map((path) => join(chart, path));

/** Metrics that the rules of one group ask for. */
export function metricsOfGroup(name: string): string[] {
  const rules = ruleGroups.find((group) => group.name === name)?.rules ?? [];
  const names = rules.flatMap(({ expr }) => [...expr.matchAll(/\b(\w+)\{/g)].map((match) => match[1] ?? ""));
  return [...new Set(names)];
}

/** All groups, in the files' order. */
export const ruleGroups = ruleFiles.flatMap(
  (file) => (parse(readFileSync(file, "utf8")) as { groups: RuleGroup[] }).groups,
);

/** All alerts. */
export const alertRules = ruleGroups.flatMap(({ rules }) => rules);
