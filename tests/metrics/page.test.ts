import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { servedByProcess, type DeclaredMetric } from "./served.ts";

const page = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");
const everywhere = "Every process";

/** The rows of the tables below each heading. */
function documented(): Map<string, DeclaredMetric[]> {
  const sections = new Map<string, DeclaredMetric[]>();
  for (const section of page.split(/^## /m).slice(1)) {
    const [heading = "", ...lines] = section.split("\n");
    const rows = lines.flatMap((line) => {
      const [, name, type = "", labels = ""] = /^\| `(\w+)` +\| (\w+) +\| ([^|]*)\|/.exec(line) ?? [];
      const labelNames = [...labels.matchAll(/`(\w+)`/g)].map(([, label = ""]) => label);
      return name === undefined ? [] : [{ name, type, labels: labelNames }];
    });
    sections.set(heading, rows);
  }
  return sections;
}

const inOrder = (metrics: readonly DeclaredMetric[]): string[] =>
  metrics.map(({ name, type, labels }) => `${name} ${type} {${[...labels].sort().join(",")}}`).sort();

test("the page has every metric of every process, with its type and labels, and no other", () => {
  const sections = documented();
  assert.deepEqual([...sections.keys()].sort(), [everywhere, ...Object.keys(servedByProcess)].sort());
  for (const [process, metrics] of Object.entries(servedByProcess)) {
    const own = metrics.filter(({ name }) => name.startsWith("billing_"));
    assert.ok(own.length > 0, process);
    assert.deepEqual(inOrder(sections.get(process) ?? []), inOrder(own), process);
  }
});

test("what the page has of Node's own metrics every process serves", () => {
  const named = documented().get(everywhere) ?? [];
  assert.ok(named.length > 3);
  for (const [process, metrics] of Object.entries(servedByProcess)) {
    const known = new Set(metrics.map(({ name }) => name));
    for (const { name } of named) assert.ok(known.has(name), `${process} has no ${name}`);
  }
});

test("names have the prefix, base units and the ending of their kind; no label is an id", () => {
  for (const { name, type, labels } of Object.values(servedByProcess).flat()) {
    if (!name.startsWith("billing_")) continue;
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.doesNotMatch(name, /_(ms|milliseconds|kb|mb|minutes|percent)(_|$)/, name);
    for (const label of labels)
      assert.doesNotMatch(label, /(^|_)id$|member|account|run$/, `${name}: ${label}`);
  }
});
