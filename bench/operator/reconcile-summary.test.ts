import assert from "node:assert/strict";
import { test } from "node:test";
import { reconcileSummary } from "./reconcile-summary.ts";

function scrape(looks: readonly [upTo5: number, upTo10: number, all: number], sum: number): string {
  const labels = 'controller="billing-run",outcome="done"';
  const name = "billing_operator_reconcile_seconds";
  return [
    `# HELP ${name} Duration of one look at an object`,
    `${name}_bucket{le="0.005",${labels}} ${looks[0]}`,
    `${name}_bucket{le="0.01",${labels}} ${looks[1]}`,
    `${name}_bucket{le="+Inf",${labels}} ${looks[2]}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${looks[2]}`,
    `${name}_count{controller="billing-schedule",outcome="done"} 77`,
  ].join("\n");
}

test("looks at runs between two scrapes: how many, how long, and the slowest but for one in a hundred", () => {
  const summary = reconcileSummary(scrape([3, 4, 4], 0.01), scrape([3, 204, 204], 1.01));
  assert.deepEqual(summary, { count: 200, meanMs: 5, p99Ms: 10 });
});

test("an empty first scrape is the start; beyond the last bucket nothing is known", () => {
  assert.deepEqual(reconcileSummary("", scrape([0, 0, 2], 0.5)), { count: 2, meanMs: 250, p99Ms: null });
  assert.deepEqual(reconcileSummary("", ""), { count: 0, meanMs: 0, p99Ms: null });
});
