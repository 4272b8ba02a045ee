import type { MetricSet } from "../../platform/metrics/metric-set.ts";

/** What `dead-letter` tells: the messages given up, by channel (of an unreadable one the topic) and cause. */
export interface DeadLetterMetrics {
  gaveUp(channel: string, cause: string): void;
}

/** Its metrics. */
export function createDeadLetterMetrics(set: MetricSet): DeadLetterMetrics {
  const dead = set.counter("dead_letters_total", "Messages given up", "channel", "cause");
  return { gaveUp: (channel, cause) => dead.inc({ channel, cause }) };
}
