import type { Channel } from "../../notification/channel.ts";
import type { ReceivedRecord } from "../../platform/kafka-consumer.ts";
import type { MetricSet } from "../../platform/metrics/metric-set.ts";

/** What came of the claim checks of one polled batch. */
interface ClaimedCounts {
  readonly claimed: number;
  readonly stale: number;
  readonly poison: number;
  readonly seconds: number;
}

/** What is told of claiming. */
export interface ClaimMetrics {
  claimed(counts: ClaimedCounts): void;
  /** How old claim checks are as they are claimed. */
  aged(records: readonly ReceivedRecord[]): void;
}

/** Claims of one channel. */
export function createClaimMetrics(set: MetricSet, channel: Channel): ClaimMetrics {
  const received = set.counter("claim_checks_received_total", "Claim checks received", "channel", "result");
  const seconds = set.histogram("claim_seconds", "Claiming one polled batch", "channel");
  const age = set.histogram(
    "claim_check_age_seconds",
    "From a claim check's being produced to its being claimed",
    "channel",
  );
  for (const result of ["claimed", "stale", "poison"]) received.inc({ channel, result }, 0);
  return {
    claimed(counts) {
      received.inc({ channel, result: "claimed" }, counts.claimed);
      received.inc({ channel, result: "stale" }, counts.stale);
      received.inc({ channel, result: "poison" }, counts.poison);
      seconds.observe({ channel }, counts.seconds);
    },
    aged(records) {
      const nowMs = Date.now();
      for (const { timestamp } of records) {
        // Clocks of two machines differ: nothing is younger than now.
        if (timestamp !== undefined) age.observe({ channel }, Math.max(0, nowMs - timestamp) / 1_000);
      }
    },
  };
}
