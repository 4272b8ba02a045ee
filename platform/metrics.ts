import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** What the delivery processes count. Names carry base units; labels hold no ids, so their number is bounded. */
export interface DeliveryMetrics {
  readonly registry: Registry;
  /** Claim checks that Kafka acknowledged. */
  readonly queued: Counter<"channel">;
  /** Rows put right by a sweep: `lease` ran out, `batch` never produced, `overdue` claim check lost. */
  readonly recovered: Counter<"cause">;
  /** Claim checks received: `claimed`, `stale` (a duplicate or out of date), `poison`. */
  readonly received: Counter<"channel" | "result">;
  /** Sends that ended, by the outcome's kind. */
  readonly sends: Counter<"channel" | "provider" | "outcome">;
  readonly sendSeconds: Histogram<"channel" | "provider">;
  /** What was decided without a send: `quiet`, `unreachable`, `breaker`, `rate`. */
  readonly heldBack: Counter<"channel" | "why">;
  readonly dead: Counter<"channel" | "cause">;
  readonly inFlight: Gauge<"channel">;
  /** Results that wait to be written; grows while the database is away. */
  readonly unwrittenResults: Gauge<"channel">;
  /** 1 while the provider's breaker is not closed. */
  readonly breakerOpen: Gauge<"channel" | "provider">;
  /** Time for which a rate let nothing through. */
  readonly rateWaitSeconds: Counter<"channel">;
  /** 1 while nothing is dispatched or claimed from this database, by cause; 0 for `none`. */
  readonly held: Gauge<"cause">;
}

/** Metrics of one process in a registry of its own. `withRuntime` adds Node's: event loop, heap, CPU. */
export function createDeliveryMetrics(withRuntime: boolean): DeliveryMetrics {
  const registry = new Registry();
  const registers = [registry];
  if (withRuntime) collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Counter<Label> => new Counter({ name: `billing_${name}`, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `billing_${name}`, help, labelNames, registers });
  return {
    registry,
    queued: counter("claim_checks_queued_total", "Claim checks acknowledged by Kafka", "channel"),
    recovered: counter("notifications_recovered_total", "Rows put right by a sweep", "cause"),
    received: counter("claim_checks_received_total", "Claim checks received", "channel", "result"),
    sends: counter("sends_total", "Sends that ended", "channel", "provider", "outcome"),
    sendSeconds: new Histogram({
      name: "billing_send_seconds",
      help: "Duration of a send",
      labelNames: ["channel", "provider"],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
      registers,
    }),
    heldBack: counter("messages_held_back_total", "Claimed and not sent", "channel", "why"),
    dead: counter("dead_letters_total", "Messages given up", "channel", "cause"),
    inFlight: gauge("sends_in_flight", "Sends under way", "channel"),
    unwrittenResults: gauge("results_unwritten", "Results waiting for the database", "channel"),
    breakerOpen: gauge("breaker_open", "1 while sending is suspended", "channel", "provider"),
    rateWaitSeconds: counter(
      "rate_wait_seconds_total",
      "Time for which a rate let nothing through",
      "channel",
    ),
    held: new Gauge({
      name: "billing_delivery_held",
      help: "1 while nothing is sent from this database until a person arms it",
      labelNames: ["cause"],
      registers,
    }),
  };
}
