import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { EventAnswer } from "./answer.ts";
import type { Applied } from "./apply.ts";

/** What `receipts` counts. Labels hold no ids; a source is one only when its signature was right. */
export interface ReceiptMetrics {
  readonly registry: Registry;
  readonly requests: Counter<"status">;
  /** Requests that were not believed or not kept. */
  readonly refused: Counter<"why">;
  readonly waiting: Gauge;
  /** After the commit of a request. */
  count(source: string, applied: Applied, answers: readonly EventAnswer[]): void;
  /** After the commit of a sweep. */
  countApplied(source: string, applied: Applied): void;
}

/** Metrics of the process in a registry of its own. */
export function createReceiptMetrics(): ReceiptMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Counter<Label> => new Counter({ name: `billing_${name}`, help, labelNames, registers });
  const receipts = counter(
    "receipts_total",
    "Receipts recorded, by what became of the message",
    ...(["source", "channel", "kind", "effect"] as const),
  );
  const unkept = counter("receipt_events_total", "Events that were repeated or rejected", "source", "status");
  const suppressed = counter("addresses_suppressed_total", "Addresses suppressed", "source");
  const dead = counter("dead_letters_total", "Messages given up", "channel", "cause");
  const countApplied = (source: string, applied: Applied): void => {
    for (const { receipt, effect } of applied.judged) {
      receipts.inc({ source, channel: receipt.channel, kind: receipt.kind, effect: effect ?? "waiting" });
    }
    suppressed.inc({ source }, applied.suppressed);
    for (const labels of applied.dead) dead.inc(labels);
  };
  return {
    registry,
    requests: counter("receipt_requests_total", "Requests of the webhook", "status"),
    refused: counter("receipt_requests_refused_total", "Requests not believed or not kept", "why"),
    waiting: new Gauge({
      name: "billing_receipts_waiting",
      help: "Receipts without a message yet",
      registers,
    }),
    count(source, applied, answers) {
      countApplied(source, applied);
      for (const { status } of answers) if (status !== "recorded") unkept.inc({ source, status });
    },
    countApplied,
  };
}
