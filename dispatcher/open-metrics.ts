import type { KafkaSecurity } from "../platform/kafka-security.ts";
import { createMetricSet, type MetricSet } from "../platform/metrics/metric-set.ts";
import { addPoolMetrics } from "../platform/metrics/pool-metrics.ts";
import { countsFailures, createRefreshed } from "../platform/metrics/refreshed.ts";
import type { Pool } from "../platform/postgres.ts";
import { addBacklogMetrics } from "./backlog-metrics.ts";
import type { DispatcherConfig } from "./config.ts";
import { addLagMetric, createLagReader } from "./kafka-lag.ts";
import { createDispatchMetrics, type DispatchMetrics } from "./metrics.ts";
import { readBacklog } from "./read-backlog.ts";

/** Everything that a dispatcher tells. */
export interface OpenedMetrics extends Pick<MetricSet, "registry"> {
  readonly dispatch: DispatchMetrics;
  close(): Promise<void>;
}

/** Puts the dispatcher's metrics together. Nothing is asked of the database or of Kafka before a scrape does. */
export function openDispatcherMetrics(
  pool: Pool,
  config: Pick<DispatcherConfig, "KAFKA_BOOTSTRAP">,
  security: KafkaSecurity,
): OpenedMetrics {
  const set = createMetricSet();
  const failures = set.counter(
    "metrics_refresh_failures_total",
    "Times that a source did not answer a scrape",
    "source",
  );
  const lagReader = createLagReader(config.KAFKA_BOOTSTRAP, "dispatcher-lag", security);
  addPoolMetrics(set, pool);
  addBacklogMetrics(
    set,
    createRefreshed(() => readBacklog(pool), countsFailures(failures, "database")),
  );
  addLagMetric(
    set,
    createRefreshed(() => lagReader.read(), countsFailures(failures, "kafka")),
  );
  return {
    registry: set.registry,
    dispatch: createDispatchMetrics(set),
    close: () => lagReader.close(),
  };
}
