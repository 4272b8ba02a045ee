import type { Channel } from "./channel.ts";
import { CHANNEL_REGISTRY, perChannel } from "./channels/registry.ts";
import { nextAllowedInstant, type QuietHours } from "./quiet-hours.ts";
import { stableFraction } from "./stable-fraction.ts";

/** How long to wait after each failed attempt. The number of attempts is one more than the number of delays. */
export interface RetryLadder {
  readonly delaysMs: readonly number[];
  /** Each delay is stretched or shrunk by up to this fraction, so that an outage's victims do not return together. */
  readonly jitterFraction: number;
}

/** The ladders of `docs/notifications.md`. */
export const DEFAULT_LADDERS: Readonly<Record<Channel, RetryLadder>> = perChannel((channel) => ({
  delaysMs: CHANNEL_REGISTRY[channel].retryDelaysMs,
  jitterFraction: 0.2,
}));

/** Attempts a channel is worth before it has failed for good. */
export function maxAttempts(ladder: RetryLadder): number {
  return ladder.delaysMs.length + 1;
}

/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1), jitter included; past the last rung the
 * last delay again. Depends on the arguments alone, so a replayed result lands on the same instant.
 */
export function retryDelayMs(ladder: RetryLadder, key: string, attempt: number): number {
  const rung = Math.min(Math.max(attempt, 1), ladder.delaysMs.length) - 1;
  const delayMs = ladder.delaysMs[rung] ?? 0;
  const jitter = (stableFraction(`${key}#${attempt}`) * 2 - 1) * ladder.jitterFraction;
  return Math.round(delayMs * (1 + jitter));
}

/** A failed attempt: what to retry, how often it was tried, and when the failure was seen. */
export interface FailedAttempt {
  readonly key: string;
  readonly attempt: number;
  readonly nowMs: number;
}

/** When the next attempt may start: the ladder's delay, then the end of the quiet hours it falls into. */
export function retryAtMs(ladder: RetryLadder, failed: FailedAttempt, quiet: QuietHours): number {
  const earliestMs = failed.nowMs + retryDelayMs(ladder, failed.key, failed.attempt);
  return nextAllowedInstant(earliestMs, quiet);
}
