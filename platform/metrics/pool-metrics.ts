import type { Pool } from "../postgres.ts";
import type { MetricSet } from "./metric-set.ts";

/** Tells of a pool's connections at each scrape. */
export function addPoolMetrics(metrics: MetricSet, pool: Pool): void {
  metrics.readGauge("database_pool_connections", "Connections to PostgreSQL", ["state"], (gauge) => {
    gauge.set({ state: "idle" }, pool.idleCount);
    gauge.set({ state: "used" }, pool.totalCount - pool.idleCount);
  });
  metrics.readGauge("database_pool_waiting", "Queries that wait for a connection", [], (gauge) => {
    gauge.set(pool.waitingCount);
  });
  metrics.readGauge("database_pool_size", "Connections at most", [], (gauge) => {
    gauge.set(pool.options.max);
  });
}
