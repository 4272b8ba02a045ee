import { addAdminMetrics } from "../../admin/metrics.ts";
import { createBillPageMetrics } from "../../bill-page/metrics.ts";
import { createConsumerMetrics } from "../../consumers/pipeline/metrics.ts";
import { createDeadLetterMetrics } from "../../consumers/dead-letter/metrics.ts";
import { addBatchMetrics } from "../../controllers/operator/batch-metrics.ts";
import { createOperatorMetrics } from "../../controllers/operator/metrics.ts";
import { addRunMetrics } from "../../controllers/operator/run-metrics.ts";
import { openDispatcherMetrics } from "../../dispatcher/open-metrics.ts";
import { createJobMetrics } from "../../jobs/job-metrics.ts";
import { openKafka } from "../../platform/kafka-security.ts";
import { createMetricSet, type MetricSet } from "../../platform/metrics/metric-set.ts";
import { addPoolMetrics } from "../../platform/metrics/pool-metrics.ts";
import { createPool } from "../../platform/postgres.ts";
import { createReceiptMetrics } from "../../receipts/metrics.ts";

/** A metric as a process declares it. */
export interface DeclaredMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

// Connects to nothing before somebody scrapes, which nobody does here.
const pool = createPool(
  { url: "postgresql://nobody@127.0.0.1:1/none", applicationName: "tests" },
  { size: 1, onIdleError: () => undefined },
);

function declared({ registry }: Pick<MetricSet, "registry">): DeclaredMetric[] {
  return registry.getMetricsAsArray().map((metric) => {
    const { name, labelNames } = metric as unknown as {
      readonly name: string;
      readonly labelNames: string[];
    };
    const kind = metric.constructor.name.toLowerCase();
    return { name, type: kind, labels: labelNames };
  });
}

function withSet(add: (set: MetricSet) => void): DeclaredMetric[] {
  const set = createMetricSet();
  add(set);
  return declared(set);
}

/** What each process declares, made as the process makes it. */
export const servedByProcess: Readonly<Record<string, readonly DeclaredMetric[]>> = {
  Operator: withSet((set) => {
    createOperatorMetrics(set, () => []);
    addRunMetrics(set, () => []);
    addBatchMetrics(set, pool);
    addPoolMetrics(set, pool);
  }),
  Jobs: withSet(createJobMetrics),
  Dispatcher: declared(openDispatcherMetrics(pool, { KAFKA_BOOTSTRAP: "127.0.0.1:1" }, openKafka)),
  Consumers: withSet((set) => {
    createConsumerMetrics(set, "email", ["first"]);
    addPoolMetrics(set, pool);
  }),
  "Dead-letter": withSet(createDeadLetterMetrics),
  Admin: withSet((set) => {
    addAdminMetrics(set, { pool, commandPool: pool });
  }),
  Receipts: withSet((set) => {
    createReceiptMetrics(set);
    addPoolMetrics(set, pool);
  }),
  "Bill page": withSet((set) => {
    createBillPageMetrics(set);
    addPoolMetrics(set, pool);
  }),
};
