import { CHANNELS, type Channel } from "../notification/channel.ts";
import { createHoldMetric, type HoldMetric } from "../platform/metrics/hold-metric.ts";
import type { MetricSet } from "../platform/metrics/metric-set.ts";

/** Why a row had to be put right by a sweep: its lease ran out, its batch was never produced, its claim check was lost. */
export type RecoveryCause = "lease" | "batch" | "overdue";

/** What the dispatcher tells of its work. */
export interface DispatchMetrics extends HoldMetric {
  /** Kafka has acknowledged so many claim checks. */
  queued(channel: Channel, claimChecks: number): void;
  recovered(cause: RecoveryCause, rows: number): void;
  /** One batch took so long in the database, or on its way to Kafka. */
  dispatched(channel: Channel, step: "queue" | "produce", seconds: number): void;
  /** The database or Kafka was away, and the dispatcher begins anew. */
  interrupted(): void;
}

/** The dispatcher's own metrics; what it reads for others is added to `metrics` by `addBacklogMetrics`. */
export function createDispatchMetrics(metrics: MetricSet): DispatchMetrics {
  const queued = metrics.counter(
    "claim_checks_queued_total",
    "Claim checks acknowledged by Kafka",
    "channel",
  );
  const recovered = metrics.counter("notifications_recovered_total", "Rows put right by a sweep", "cause");
  const seconds = metrics.histogram("dispatch_seconds", "One batch, by step", "channel", "step");
  const interrupted = metrics.counter("dispatch_interruptions_total", "Times the dispatcher began anew");
  for (const channel of CHANNELS) queued.inc({ channel }, 0);
  for (const cause of ["lease", "batch", "overdue"] as const) recovered.inc({ cause }, 0);
  return {
    ...createHoldMetric(metrics),
    queued: (channel, claimChecks) => queued.inc({ channel }, claimChecks),
    recovered: (cause, rows) => recovered.inc({ cause }, rows),
    dispatched: (channel, step, duration) => seconds.observe({ channel, step }, duration),
    interrupted: () => interrupted.inc(),
  };
}
