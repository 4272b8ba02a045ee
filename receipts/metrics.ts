import type { Counter, Gauge } from "prom-client";
import type { MetricSet } from "../platform/metrics/metric-set.ts";
import type { EventAnswer } from "./answer.ts";
import type { Applied } from "./apply.ts";

/** What `receipts` counts. Labels hold no ids; a source is one only when its signature was right. */
export interface ReceiptMetrics {
  readonly requests: Counter<"status">;
  /** Requests that were not believed or not kept. */
  readonly refused: Counter<"why">;
  readonly waiting: Gauge;
  /** After the commit of a request. */
  count(source: string, applied: Applied, answers: readonly EventAnswer[]): void;
  /** After the commit of a sweep. */
  countApplied(source: string, applied: Applied): void;
}

/** Metrics of the process. */
export function createReceiptMetrics(set: MetricSet): ReceiptMetrics {
  const receipts = set.counter(
    "receipts_total",
    "Receipts recorded, by what became of the message",
    ...(["source", "channel", "kind", "effect"] as const),
  );
  const unkept = set.counter(
    "receipt_events_total",
    "Events that were repeated or rejected",
    "source",
    "status",
  );
  const suppressed = set.counter("addresses_suppressed_total", "Addresses suppressed", "source");
  const dead = set.counter("dead_letters_total", "Messages given up", "channel", "cause");
  const countApplied = (source: string, applied: Applied): void => {
    for (const { receipt, effect } of applied.judged) {
      receipts.inc({ source, channel: receipt.channel, kind: receipt.kind, effect: effect ?? "waiting" });
    }
    suppressed.inc({ source }, applied.suppressed);
    for (const labels of applied.dead) dead.inc(labels);
  };
  return {
    requests: set.counter("receipt_requests_total", "Requests of the webhook", "status"),
    refused: set.counter("receipt_requests_refused_total", "Requests not believed or not kept", "why"),
    waiting: set.gauge("receipts_waiting", "Receipts without a message yet"),
    count(source, applied, answers) {
      countApplied(source, applied);
      for (const { status } of answers) if (status !== "recorded") unkept.inc({ source, status });
    },
    countApplied,
  };
}
