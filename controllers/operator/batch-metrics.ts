import { batchSums, type BatchSums } from "../../database/run-ledger/batch-sums.ts";
import type { MetricSet } from "../../platform/metrics/metric-set.ts";
import { countsFailures, createRefreshed } from "../../platform/metrics/refreshed.ts";
import type { Queryable } from "../../platform/postgres.ts";

/**
 * Counts the batch log: jobs end before anybody scrapes them, their rows stay. Absent while the database does not answer.
 */
export function addBatchMetrics(set: MetricSet, database: Queryable): void {
  const failures = set.counter(
    "metrics_refresh_failures_total",
    "Times that a source did not answer a scrape",
    "source",
  );
  const refreshed = createRefreshed(() => batchSums(database), countsFailures(failures, "database"));
  const sums = async (): Promise<readonly BatchSums[]> => (await refreshed.latest()) ?? [];
  set.readCounter("batches_total", "Rows of the batch log", ["batch", "state"], async (counter) => {
    for (const { job, state, batches } of await sums()) counter.inc({ batch: job, state }, batches);
  });
  set.readCounter(
    "batch_rows_total",
    "What these batches were about",
    ["batch", "result"],
    async (counter) => {
      for (const { job, succeeded, failed } of await sums()) {
        counter.inc({ batch: job, result: "succeeded" }, succeeded);
        counter.inc({ batch: job, result: "failed" }, failed);
      }
    },
  );
  set.readCounter("batch_seconds_total", "Time that these batches took", ["batch"], async (counter) => {
    for (const { job, seconds } of await sums()) counter.inc({ batch: job }, seconds);
  });
}
