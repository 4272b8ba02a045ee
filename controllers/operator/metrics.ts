import type { Counter, Gauge, Histogram } from "prom-client";
import type { MetricSet } from "../../platform/metrics/metric-set.ts";

/** What the operator counts. Labels hold no names of objects, so that their number is bounded. */
export interface OperatorMetrics {
  /** One look at one object, by controller. */
  readonly reconcileSeconds: Histogram<"controller" | "outcome">;
  /** Keys that wait for a worker. */
  readonly queueDepth: Gauge<"controller">;
  /** Requests to the API server; code 0 = no answer. */
  readonly apiRequests: Counter<"verb" | "resource" | "code">;
  readonly apiRequestSeconds: Histogram<"verb">;
  /** 1 while this replica works. */
  readonly leader: Gauge;
}

/** What of the runs is counted: where each stands, and its messages past their deadline. */
export interface RunReading {
  readonly phase: string;
  readonly overdue: number;
}

/** The operator's metrics; `readings` is asked at every scrape. */
export function createOperatorMetrics(set: MetricSet, readings: () => Iterable<RunReading>): OperatorMetrics {
  set.readGauge("operator_runs", "BillingRuns by phase", ["phase"], (gauge) => {
    for (const { phase } of readings()) gauge.inc({ phase });
  });
  set.readGauge(
    "operator_overdue_messages",
    "Messages under way past the deadline of their policy",
    [],
    (gauge) => {
      let sum = 0;
      for (const { overdue } of readings()) sum += overdue;
      gauge.set(sum);
    },
  );
  return {
    reconcileSeconds: set.histogram(
      "operator_reconcile_seconds",
      "Duration of one look at an object",
      "controller",
      "outcome",
    ),
    queueDepth: set.gauge("operator_queue_depth", "Objects that wait to be looked at", "controller"),
    apiRequests: set.counter(
      "operator_api_requests_total",
      "Requests to the API server",
      "verb",
      "resource",
      "code",
    ),
    apiRequestSeconds: set.histogram("operator_api_request_seconds", "Until the answer began", "verb"),
    leader: set.gauge("operator_leader", "1 while this replica works"),
  };
}
