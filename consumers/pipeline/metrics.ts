import type { Channel } from "../../notification/channel.ts";
import type { Breaker } from "../../notification/breaker.ts";
import type { SendOutcome } from "../../notification/notification-event.ts";
import { createHoldMetric, type HoldMetric } from "../../platform/metrics/hold-metric.ts";
import type { MetricSet } from "../../platform/metrics/metric-set.ts";
import { createClaimMetrics, type ClaimMetrics } from "./claim-metrics.ts";
import { createResultMetrics, type ResultMetrics } from "./result-metrics.ts";

/** A send that has ended. */
interface MeasuredSend {
  readonly provider: string;
  readonly outcome: SendOutcome["kind"];
  readonly seconds: number;
}

/** What the consumer of one channel tells of its work. */
export interface ConsumerMetrics extends HoldMetric, ClaimMetrics, ResultMetrics {
  sent(send: MeasuredSend): void;
  /** A send began in quiet hours and nobody had ordered that. */
  sentInQuietHours(): void;
  /** Claimed and not sent. */
  heldBack(why: string): void;
  /** How much is under way now. */
  standing(now: { readonly inFlight: number; readonly unwritten: number }): void;
  breaker(provider: string, kind: Breaker["kind"]): void;
  rateWaited(seconds: number): void;
}

const outcomes: readonly SendOutcome["kind"][] = [
  "accepted",
  "throttled",
  "transient",
  "permanent",
  "unknown",
];
const breakerKinds: readonly Breaker["kind"][] = ["closed", "open", "half-open"];

/** The metrics of the consumer of `channel`, which sends at `providers`. */
export function createConsumerMetrics(
  set: MetricSet,
  channel: Channel,
  providers: readonly string[],
): ConsumerMetrics {
  const sends = set.counter("sends_total", "Sends that ended", "channel", "provider", "outcome");
  const sendSeconds = set.histogram("send_seconds", "Duration of a send", "channel", "provider");
  const quiet = set.counter(
    "sends_in_quiet_hours_total",
    "Sends that began in quiet hours without a person's order: must be 0",
    "channel",
  );
  const heldBack = set.counter("messages_held_back_total", "Claimed and not sent", "channel", "why");
  const inFlight = set.gauge("sends_in_flight", "Sends under way", "channel");
  const unwritten = set.gauge("results_unwritten", "Results waiting for the database", "channel");
  const open = set.gauge("breaker_open", "1 while sending is suspended", "channel", "provider");
  const state = set.gauge("breaker_state", "1 for the breaker's state", "channel", "provider", "state");
  const rateWait = set.counter(
    "rate_wait_seconds_total",
    "Time for which a rate let nothing through",
    "channel",
  );
  quiet.inc({ channel }, 0);
  for (const why of ["quiet", "unreachable", "suppressed", "breaker", "rate"])
    heldBack.inc({ channel, why }, 0);
  for (const provider of providers)
    for (const outcome of outcomes) sends.inc({ channel, provider, outcome }, 0);
  return {
    ...createHoldMetric(set),
    ...createClaimMetrics(set, channel),
    ...createResultMetrics(set, channel),
    sent({ provider, outcome, seconds }) {
      sends.inc({ channel, provider, outcome });
      sendSeconds.observe({ channel, provider }, seconds);
    },
    sentInQuietHours: () => quiet.inc({ channel }),
    heldBack: (why) => heldBack.inc({ channel, why }),
    standing(now) {
      inFlight.set({ channel }, now.inFlight);
      unwritten.set({ channel }, now.unwritten);
    },
    breaker(provider, kind) {
      open.set({ channel, provider }, kind === "closed" ? 0 : 1);
      for (const one of breakerKinds) state.set({ channel, provider, state: one }, one === kind ? 1 : 0);
    },
    rateWaited: (seconds) => rateWait.inc({ channel }, seconds),
  };
}
