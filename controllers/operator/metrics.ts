import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** What the operator counts. Labels hold no names of objects, so that their number is bounded. */
export interface OperatorMetrics {
  readonly registry: Registry;
  /** One look at one object, by controller. */
  readonly reconcileSeconds: Histogram<"controller" | "outcome">;
  /** Keys that wait for a worker. */
  readonly queueDepth: Gauge<"controller">;
  /** Requests to the API server; code 0 = no answer. */
  readonly apiRequests: Counter<"verb" | "resource" | "code">;
  readonly apiRequestSeconds: Histogram<"verb">;
  /** 1 while this replica works. */
  readonly leader: Gauge;
  readonly runs: Gauge<"phase">;
  /** Messages past the deadline of their run's policy. */
  readonly overdueMessages: Gauge;
}

/** What of the runs is counted: where each stands, and its messages past their deadline. */
export interface RunReading {
  readonly phase: string;
  readonly overdue: number;
}

/** Metrics in a registry of their own; `readings` is asked at every scrape. */
export function createOperatorMetrics(readings: () => Iterable<RunReading>): OperatorMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    reconcileSeconds: new Histogram({
      ...{ name: "billing_operator_reconcile_seconds", help: "Duration of one look at an object", registers },
      labelNames: ["controller", "outcome"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    }),
    queueDepth: new Gauge({
      ...{ name: "billing_operator_queue_depth", help: "Objects that wait to be looked at", registers },
      labelNames: ["controller"],
    }),
    apiRequests: new Counter({
      ...{ name: "billing_operator_api_requests_total", help: "Requests to the API server", registers },
      labelNames: ["verb", "resource", "code"],
    }),
    apiRequestSeconds: new Histogram({
      ...{ name: "billing_operator_api_request_seconds", help: "Until the answer began", registers },
      labelNames: ["verb"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    }),
    leader: new Gauge({ name: "billing_operator_leader", help: "1 while this replica works", registers }),
    runs: new Gauge({
      ...{ name: "billing_operator_runs", help: "BillingRuns by phase", registers },
      labelNames: ["phase"],
      collect() {
        this.reset();
        for (const { phase } of readings()) this.inc({ phase });
      },
    }),
    overdueMessages: new Gauge({
      name: "billing_operator_overdue_messages",
      help: "Messages under way past the deadline of their policy",
      registers,
      collect() {
        let sum = 0;
        for (const { overdue } of readings()) sum += overdue;
        this.set(sum);
      },
    }),
  };
}
