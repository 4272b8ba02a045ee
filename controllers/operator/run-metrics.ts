import { readBillingRunStatus, type BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { MetricSet } from "../../platform/metrics/metric-set.ts";

/** A BillingRun as the API server shows it. */
interface RunLike {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** How a run that is not at its end stands. */
interface RunProgress {
  readonly period: string;
  readonly status: BillingRunStatus;
}

/** Nothing of these changes any more, and there is one more of them every month. */
const ends: readonly BillingRunStatus["phase"][] = ["Completed", "Cancelled", "Superseded", "Failed"];

/** Tells how far the runs are that are not at their end, by their month; `runs` is asked at every scrape. */
export function addRunMetrics(set: MetricSet, runs: () => Iterable<RunLike>): void {
  set.readGauge("run_progress_ratio", "Partitions settled of all", ["period"], (gauge) => {
    for (const { period, status } of underWay(runs())) {
      const { total, succeeded } = status.partitions;
      gauge.set({ period }, total === 0 ? 0 : succeeded / total);
    }
  });
  for (const { name, help, countsOf } of counts) {
    set.readGauge(name, help, ["period", "state"], (gauge) => {
      for (const { period, status } of underWay(runs())) {
        for (const [state, count] of Object.entries(countsOf(status))) gauge.inc({ period, state }, count);
      }
    });
  }
  for (const { name, help, field } of instants) {
    set.readGauge(name, help, ["period"], (gauge) => {
      for (const { period, status } of underWay(runs())) {
        const instant = status[field];
        if (instant !== null) gauge.set({ period }, Date.parse(instant) / 1_000);
      }
    });
  }
}

interface CountsMetric {
  readonly name: string;
  readonly help: string;
  readonly countsOf: (status: BillingRunStatus) => Readonly<Record<string, number>>;
}

const counts: readonly CountsMetric[] = [
  {
    ...{ name: "run_partitions", help: "Partitions by state" },
    countsOf: ({ partitions: { total, active, succeeded, failed } }) => ({
      ...{ active, succeeded, failed },
      waiting: Math.max(0, total - active - succeeded - failed),
    }),
  },
  {
    ...{ name: "run_accounts", help: "Accounts by what became of them" },
    countsOf: ({ members: { expected, billed, held, excluded } }) => ({ expected, billed, held, excluded }),
  },
  {
    ...{ name: "run_messages", help: "Messages by how they stand" },
    countsOf: ({ notifications: { scheduled, queued, sent, failed, dead } }) => ({
      ...{ scheduled, queued, sent, failed, dead },
    }),
  },
];

const instants = [
  {
    ...{ name: "run_start_timestamp_seconds", help: "When the population was frozen" },
    field: "startTime",
  },
  {
    name: "run_estimated_completion_timestamp_seconds",
    help: "When settlement will be done at its present pace",
    field: "estimatedCompletionTime",
  },
] as const;

function* underWay(runs: Iterable<RunLike>): Iterable<RunProgress> {
  for (const run of runs) {
    const status = readBillingRunStatus(run.status);
    const { period } = (run.spec ?? {}) as { readonly period?: unknown };
    if (status === undefined || typeof period !== "string" || ends.includes(status.phase)) continue;
    yield { period, status };
  }
}
