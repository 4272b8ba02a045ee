import type { Channel } from "../../notification/channel.ts";
import type { DeadCause } from "../../notification/notification-row.ts";
import type { MetricSet } from "../../platform/metrics/metric-set.ts";
import type { SettledMessage } from "./settled.ts";

const deadCauses: readonly DeadCause[] = ["no-contact", "permanent", "exhausted", "unknown-outcome"];

/** What is told of results. */
export interface ResultMetrics {
  /** A batch was written. */
  wrote(seconds: number): void;
  /** A message's row has moved: it is tried again, goes on to another channel, or was given up. */
  moved(settled: Pick<SettledMessage, "row" | "attempt">): void;
}

/** Results of the sends of one channel. */
export function createResultMetrics(set: MetricSet, channel: Channel): ResultMetrics {
  const seconds = set.histogram("result_write_seconds", "Writing one batch of results", "channel");
  const retries = set.counter(
    "send_retries_total",
    "Messages tried again on their channel",
    "channel",
    "why",
  );
  const fallbacks = set.counter("fallbacks_total", "Messages that went on to another channel", "from", "to");
  const dead = set.counter("dead_letters_total", "Messages given up", "channel", "cause");
  for (const why of ["retry", "throttled", "breaker", "unknown-outcome"]) retries.inc({ channel, why }, 0);
  for (const cause of deadCauses) dead.inc({ channel, cause }, 0);
  return {
    wrote: (duration) => seconds.observe({ channel }, duration),
    moved({ row, attempt }) {
      if (row === null) return;
      if (row.state === "DEAD") dead.inc({ channel, cause: row.cause });
      else if (row.channel !== channel) fallbacks.inc({ from: channel, to: row.channel });
      // Without an attempt nothing was sent: it was held back, which is counted there.
      else if (attempt === null) return;
      else if (row.state === "SCHEDULED") retries.inc({ channel, why: row.reason });
      else if (row.state === "UNKNOWN") retries.inc({ channel, why: "unknown-outcome" });
    },
  };
}
