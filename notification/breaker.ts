/** When to stop sending over a channel because its provider is failing for everybody. */
export interface BreakerPolicy {
  /** Failures are counted over this long. */
  readonly windowMs: number;
  /** Fewer sends than this within the window never open the breaker. */
  readonly minSends: number;
  /** Over this fraction of failures it opens. */
  readonly failureFraction: number;
  /** How long nothing is sent before the provider is probed. */
  readonly openMs: number;
  /** How many sends decide a probe. */
  readonly probeSends: number;
}

/** Opens over 20 % of at least 200 sends in 30 s; probes with 20 sends after another 30 s. */
export const DEFAULT_BREAKER: BreakerPolicy = {
  windowMs: 30_000,
  minSends: 200,
  failureFraction: 0.2,
  openMs: 30_000,
  probeSends: 20,
};

/** How many sends ended at a time, and how many of them failed. Throttled sends are not sends here. */
export interface SendTally {
  readonly atMs: number;
  readonly sends: number;
  readonly failures: number;
}

/** State of one channel's breaker in one consumer; a value, replaced by the functions below. */
export type Breaker =
  | { readonly kind: "closed"; readonly recent: readonly SendTally[] }
  | { readonly kind: "open"; readonly untilMs: number }
  | {
      readonly kind: "half-open";
      readonly sinceMs: number;
      readonly allowed: number;
      readonly sends: number;
      readonly failures: number;
    };

/** The breaker a consumer starts with. */
export const CLOSED_BREAKER: Breaker = { kind: "closed", recent: [] };

/** How many of `wanted` sends may start now. Ask before each batch and keep the breaker returned. */
export function admitSends(
  breaker: Breaker,
  wanted: number,
  nowMs: number,
  policy: BreakerPolicy,
): { breaker: Breaker; admitted: number } {
  if (breaker.kind === "closed") return { breaker, admitted: wanted };
  if (breaker.kind === "open" && nowMs < breaker.untilMs) return { breaker, admitted: 0 };
  // A probe whose results never came (the process's sends hang) must not close the door for ever.
  const stale = breaker.kind === "half-open" && nowMs >= breaker.sinceMs + policy.openMs;
  const probe =
    breaker.kind === "open" || stale
      ? ({ kind: "half-open", sinceMs: nowMs, allowed: 0, sends: 0, failures: 0 } as const)
      : breaker;
  const admitted = Math.min(wanted, policy.probeSends - probe.allowed);
  return { breaker: { ...probe, allowed: probe.allowed + admitted }, admitted };
}

/** The breaker after some sends have ended. Ends of sends that began before it opened are ignored while it is open. */
export function recordSends(breaker: Breaker, tally: SendTally, policy: BreakerPolicy): Breaker {
  switch (breaker.kind) {
    case "open":
      return breaker;
    case "half-open":
      return afterProbe(breaker, tally, policy);
    case "closed": {
      const recent = withTally(breaker.recent, tally, policy);
      const sends = sum(recent, "sends");
      const failing = sum(recent, "failures") > sends * policy.failureFraction;
      return sends >= policy.minSends && failing
        ? { kind: "open", untilMs: tally.atMs + policy.openMs }
        : { kind: "closed", recent };
    }
  }
}

/**
 * Whether a message that has used up its attempts may go to its next channel. Not while the breaker is anything but
 * closed: an outage of the mail provider must not text everyone.
 */
export function mayFallBack(breaker: Breaker): boolean {
  return breaker.kind === "closed";
}

function afterProbe(
  breaker: Extract<Breaker, { kind: "half-open" }>,
  tally: SendTally,
  policy: BreakerPolicy,
): Breaker {
  const sends = breaker.sends + tally.sends;
  const failures = breaker.failures + tally.failures;
  if (failures > policy.probeSends * policy.failureFraction) {
    return { kind: "open", untilMs: tally.atMs + policy.openMs };
  }
  return sends >= policy.probeSends ? CLOSED_BREAKER : { ...breaker, sends, failures };
}

/** Drops what has left the window and merges tallies of the same second, so that the list stays short. */
function withTally(
  recent: readonly SendTally[],
  tally: SendTally,
  { windowMs }: BreakerPolicy,
): readonly SendTally[] {
  const kept = recent.filter(({ atMs }) => atMs > tally.atMs - windowMs);
  const last = kept.at(-1);
  if (last === undefined || tally.atMs - last.atMs >= 1_000) return [...kept, tally];
  const merged = {
    atMs: last.atMs,
    sends: last.sends + tally.sends,
    failures: last.failures + tally.failures,
  };
  return [...kept.slice(0, -1), merged];
}

function sum(tallies: readonly SendTally[], field: "sends" | "failures"): number {
  let total = 0;
  for (const tally of tallies) total += tally[field];
  return total;
}
