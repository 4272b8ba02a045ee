import assert from "node:assert/strict";
import { test } from "node:test";
import { billingRunStatus } from "../../crds/billing-run-status.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { addRunMetrics } from "./run-metrics.ts";

const settling = billingRunStatus.parse({
  ...{ observedGeneration: 1, phase: "Settling", conditions: [], progress: "3/8" },
  partitions: { total: 8, active: 2, succeeded: 3, failed: 1, failedIndexes: [5] },
  members: { expected: 800, billed: 290, held: 7, excluded: 3 },
  notifications: { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 },
  startTime: "2026-11-01T00:00:00Z",
  estimatedCompletionTime: "2026-11-01T00:10:00Z",
});
const completed = { ...settling, phase: "Completed" };

test("a run that is under way is told by its month; one at its end, or without a status, is not", async () => {
  const set = createMetricSet();
  const runs = [
    { spec: { period: "2026-10" }, status: settling },
    { spec: { period: "2026-09" }, status: completed },
    { spec: { period: "2026-11" } },
  ];
  addRunMetrics(set, () => runs);
  const lines = (await set.registry.metrics()).split("\n").filter((line) => line.startsWith("billing_run_"));
  assert.deepEqual(lines.sort(), [
    'billing_run_accounts{period="2026-10",state="billed"} 290',
    'billing_run_accounts{period="2026-10",state="excluded"} 3',
    'billing_run_accounts{period="2026-10",state="expected"} 800',
    'billing_run_accounts{period="2026-10",state="held"} 7',
    'billing_run_estimated_completion_timestamp_seconds{period="2026-10"} 1793491800',
    'billing_run_messages{period="2026-10",state="dead"} 0',
    'billing_run_messages{period="2026-10",state="failed"} 0',
    'billing_run_messages{period="2026-10",state="queued"} 0',
    'billing_run_messages{period="2026-10",state="scheduled"} 0',
    'billing_run_messages{period="2026-10",state="sent"} 0',
    'billing_run_partitions{period="2026-10",state="active"} 2',
    'billing_run_partitions{period="2026-10",state="failed"} 1',
    'billing_run_partitions{period="2026-10",state="succeeded"} 3',
    'billing_run_partitions{period="2026-10",state="waiting"} 2',
    'billing_run_progress_ratio{period="2026-10"} 0.375',
    'billing_run_start_timestamp_seconds{period="2026-10"} 1793491200',
  ]);
  runs.splice(0, 1);
  assert.doesNotMatch(await set.registry.metrics(), /^billing_run_/m, "the run that is gone leaves nothing");
});
