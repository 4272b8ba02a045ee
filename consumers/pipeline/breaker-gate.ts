import {
  admitSends,
  CLOSED_BREAKER,
  DEFAULT_BREAKER,
  mayFallBack,
  recordSends,
  type BreakerPolicy,
} from "../../notification/breaker.ts";
import type { SendOutcome } from "../../notification/notification-event.ts";

/** A provider's Retry-After closes the gate for no longer than this; each message waits as long as it was told. */
const maxThrottleMs = 60_000;

/** Decides how much may be sent: the breaker of one channel in one process, and the provider's throttling. */
export interface BreakerGate {
  /** Judges by this from now on. It is the provider that fails, not a generation: one breaker for all of them. */
  follow(policy: BreakerPolicy): void;
  /** How many of `wanted` might be sent now; asking costs nothing. */
  mayTake(wanted: number): number;
  /** How many of `claimed` are to be sent; the others go back. */
  admit(claimed: number): number;
  record(outcome: SendOutcome): void;
  /** False while the provider is suspected: an outage must not text everyone. */
  mayFallBack(): boolean;
  /** How long what was not admitted waits. */
  readonly retryAfterMs: number;
}

/** A gate that starts closed in the breaker's sense: everything passes. It judges by the default until told otherwise. */
export function createBreakerGate(): BreakerGate {
  let policy = DEFAULT_BREAKER;
  let breaker = CLOSED_BREAKER;
  let throttledUntilMs = 0;
  return {
    follow(next) {
      policy = next;
    },
    mayTake(wanted) {
      const nowMs = performance.now();
      return nowMs < throttledUntilMs ? 0 : admitSends(breaker, wanted, nowMs, policy).admitted;
    },
    admit(claimed) {
      const decision = admitSends(breaker, claimed, performance.now(), policy);
      breaker = decision.breaker;
      return decision.admitted;
    },
    record(outcome) {
      const atMs = performance.now();
      if (outcome.kind === "throttled") {
        throttledUntilMs = Math.max(throttledUntilMs, atMs + Math.min(outcome.retryAfterMs, maxThrottleMs));
        return;
      }
      breaker = recordSends(
        breaker,
        { atMs, sends: 1, failures: outcome.kind === "accepted" ? 0 : 1 },
        policy,
      );
    },
    mayFallBack: () => mayFallBack(breaker),
    get retryAfterMs() {
      return policy.openMs;
    },
  };
}
