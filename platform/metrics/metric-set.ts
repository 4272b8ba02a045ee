import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** Seconds, from what a statement takes to what a provider may take. */
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type Collect<Metric> = (metric: Metric) => void | Promise<void>;

/** The metrics of one process, in a registry of its own. Names get the prefix `billing_`; labels hold no ids. */
export interface MetricSet {
  readonly registry: Registry;
  counter<Label extends string>(name: string, help: string, ...labels: Label[]): Counter<Label>;
  gauge<Label extends string>(name: string, help: string, ...labels: Label[]): Gauge<Label>;
  histogram<Label extends string>(name: string, help: string, ...labels: Label[]): Histogram<Label>;
  /** A gauge whose series are set anew at each scrape; what `collect` does not set is absent. */
  readGauge<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    collect: Collect<Gauge<Label>>,
  ): void;
  /** A counter that somebody else keeps: its sums are read at each scrape. */
  readCounter<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    collect: Collect<Counter<Label>>,
  ): void;
}

/** An empty set with Node's own metrics: event loop, heap, garbage collections, processor. */
export function createMetricSet(): MetricSet {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const common = (name: string, help: string): { name: string; help: string; registers: Registry[] } => ({
    ...{ name: `billing_${name}`, help, registers },
  });
  return {
    registry,
    counter: (name, help, ...labelNames) => new Counter({ ...common(name, help), labelNames }),
    gauge: (name, help, ...labelNames) => new Gauge({ ...common(name, help), labelNames }),
    histogram: (name, help, ...labelNames) =>
      new Histogram({ ...common(name, help), labelNames, buckets: secondsBuckets }),
    readGauge: (name, help, labelNames, collect) => {
      new Gauge({
        ...{ ...common(name, help), labelNames },
        collect() {
          this.reset();
          return collect(this);
        },
      });
    },
    readCounter: (name, help, labelNames, collect) => {
      new Counter({
        ...{ ...common(name, help), labelNames },
        collect() {
          this.reset();
          return collect(this);
        },
      });
    },
  };
}
