import type { Pool } from "../postgres.ts";
import type { MetricSet } from "./metric-set.ts";

/** Tells of a pool's connections at each scrape. */
export function addPoolMetrics(metrics: MetricSet, pool: Pool): void {
  metrics.readGauge("database_pool_connections", help.connections, ["state"], (gauge) => {
    gauge.set({ state: "idle" }, pool.idleCount);
    gauge.set({ state: "used" }, pool.totalCount - pool.idleCount);
  });
  metrics.readGauge("database_pool_waiting", help.waiting, [], (gauge) => {
    gauge.set(pool.waitingCount);
  });
  metrics.readGauge("database_pool_size", help.size, [], (gauge) => {
    gauge.set(pool.options.max);
  });
}

/** The same of a process with several pools, by the label `pool`: one that is used up is not hidden by another. */
export function addPoolsMetrics(metrics: MetricSet, pools: Readonly<Record<string, Pool>>): void {
  const named = Object.entries(pools);
  metrics.readGauge("database_pool_connections", help.connections, ["pool", "state"], (gauge) => {
    for (const [name, pool] of named) {
      gauge.set({ pool: name, state: "idle" }, pool.idleCount);
      gauge.set({ pool: name, state: "used" }, pool.totalCount - pool.idleCount);
    }
  });
  metrics.readGauge("database_pool_waiting", help.waiting, ["pool"], (gauge) => {
    for (const [name, pool] of named) gauge.set({ pool: name }, pool.waitingCount);
  });
  metrics.readGauge("database_pool_size", help.size, ["pool"], (gauge) => {
    for (const [name, pool] of named) gauge.set({ pool: name }, pool.options.max);
  });
}

const help = {
  connections: "Connections to PostgreSQL",
  waiting: "Queries that wait for a connection",
  size: "Connections at most",
};
