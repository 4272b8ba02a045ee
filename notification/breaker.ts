/** When to stop sending at a provider because it is failing for everybody. */
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
  /**
   * How long probes may decide nothing, because only messages that wait to leave are there, before these leave:
   * `probeSends` of them each `openMs`.
   */
  readonly undecidedMs: number;
}

/** Opens over 20 % of at least 200 sends in 30 s; probes with 20 sends after another 30 s; 15 min undecided at most. */
export const DEFAULT_BREAKER: BreakerPolicy = {
  windowMs: 30_000,
  minSends: 200,
  failureFraction: 0.2,
  openMs: 30_000,
  probeSends: 20,
  undecidedMs: 900_000,
};

/**
 * Of messages, those that had failed for good already and *wait to leave* their channel until the breaker lets them, and
 * the others. When one that waits fails once more, that says nothing about the provider.
 */
export interface SendCounts {
  readonly others: number;
  readonly waiting: number;
}

/** What ended at a time. Throttled sends are not sends here. */
export interface SendTally {
  readonly atMs: number;
  /** Those that say something about the provider: of a message that waits to leave only an acceptance does. */
  readonly sends: number;
  readonly failures: number;
  /** Accepted, but later than the provider is given. */
  readonly slow: number;
  /** Failures of messages that wait to leave. */
  readonly silent: number;
}

/** State of one provider's breaker in one consumer; a value, replaced by the functions below. */
export type Breaker =
  | { readonly kind: "closed"; readonly recent: readonly SendTally[] }
  | { readonly kind: "open"; readonly untilMs: number }
  | HalfOpen;

interface HalfOpen {
  readonly kind: "half-open";
  readonly sinceMs: number;
  readonly allowed: SendCounts;
  readonly sends: number;
  readonly failures: number;
  readonly silent: number;
  /** When the first failure came that said nothing, if none that says something came since. */
  readonly undecidedSinceMs: number | null;
}

/** The breaker a consumer starts with. */
export const CLOSED_BREAKER: Breaker = { kind: "closed", recent: [] };

/**
 * How many of `wanted` may start now. Ask before each batch and keep the breaker returned. A probe has room for
 * `probeSends` of either kind, so that those who wait to leave take no place from one that would say something.
 */
export function admitSends(
  before: Breaker,
  wanted: SendCounts,
  nowMs: number,
  policy: BreakerPolicy,
): { breaker: Breaker; admitted: SendCounts } {
  const breaker = atTime(before, nowMs, policy);
  if (breaker.kind === "closed") return { breaker, admitted: wanted };
  if (breaker.kind === "open") return { breaker, admitted: { others: 0, waiting: 0 } };
  const { allowed } = breaker;
  const others = Math.min(wanted.others, policy.probeSends - allowed.others);
  const waiting = Math.min(wanted.waiting, policy.probeSends - allowed.waiting);
  const now = { others: allowed.others + others, waiting: allowed.waiting + waiting };
  return { breaker: { ...breaker, allowed: now }, admitted: { others, waiting } };
}

/**
 * The breaker after some sends have ended. Ends of sends that began before it opened are ignored while it is open. Slow
 * ones count as failed only while another provider could take over: a slow provider is better than none.
 */
export function recordSends(
  breaker: Breaker,
  tally: SendTally,
  policy: BreakerPolicy,
  hasSubstitute = false,
): Breaker {
  switch (breaker.kind) {
    case "open":
      return breaker;
    case "half-open":
      return afterProbe(breaker, tally, policy, hasSubstitute);
    case "closed": {
      if (tally.sends === 0) return breaker;
      const recent = withTally(breaker.recent, tally, policy);
      const sends = sum(recent, "sends");
      const failures = sum(recent, "failures") + (hasSubstitute ? sum(recent, "slow") : 0);
      const failing = failures > sends * policy.failureFraction;
      return sends >= policy.minSends && failing
        ? { kind: "open", untilMs: tally.atMs + policy.openMs }
        : { kind: "closed", recent };
    }
  }
}

/**
 * Whether a message that has failed for good may go to its next channel. Not while the breaker is anything but closed: an
 * outage of the mail provider must not text everyone. But where for long nothing is left that could say whether the
 * provider works, those that waited leave, a few at a time, lest they wait for ever.
 */
export function mayFallBack(
  breaker: Breaker,
  isWaiting: boolean,
  nowMs: number,
  { undecidedMs }: BreakerPolicy,
): boolean {
  if (breaker.kind !== "half-open") return breaker.kind === "closed";
  const { undecidedSinceMs: sinceMs } = breaker;
  return isWaiting && sinceMs !== null && nowMs - sinceMs >= undecidedMs;
}

/** The breaker as time has made it: open long enough, it probes; a probe that is over has decided, or is repeated. */
function atTime(breaker: Breaker, nowMs: number, policy: BreakerPolicy): Breaker {
  if (breaker.kind === "open") return nowMs < breaker.untilMs ? breaker : newProbe(nowMs, null);
  if (breaker.kind === "closed" || nowMs < breaker.sinceMs + policy.openMs) return breaker;
  const { allowed, sends, failures, silent, undecidedSinceMs } = breaker;
  // A probe whose results never came (the process's sends hang) must not close the door for ever, nor open it.
  const isPending = sends + silent < allowed.others + allowed.waiting;
  if (isPending || sends === 0) return newProbe(nowMs, undecidedSinceMs);
  // Fewer than a whole probe came by; they must do, for there may never be more.
  return failures > sends * policy.failureFraction
    ? { kind: "open", untilMs: nowMs + policy.openMs }
    : CLOSED_BREAKER;
}

function newProbe(sinceMs: number, undecidedSinceMs: number | null): HalfOpen {
  const allowed = { others: 0, waiting: 0 };
  return { kind: "half-open", sinceMs, allowed, sends: 0, failures: 0, silent: 0, undecidedSinceMs };
}

function afterProbe(
  breaker: HalfOpen,
  tally: SendTally,
  policy: BreakerPolicy,
  hasSubstitute: boolean,
): Breaker {
  const sends = breaker.sends + tally.sends;
  const failures = breaker.failures + tally.failures + (hasSubstitute ? tally.slow : 0);
  const silent = breaker.silent + tally.silent;
  if (failures > policy.probeSends * policy.failureFraction) {
    return { kind: "open", untilMs: tally.atMs + policy.openMs };
  }
  if (sends >= policy.probeSends) return CLOSED_BREAKER;
  const sinceMs = tally.silent > 0 ? (breaker.undecidedSinceMs ?? tally.atMs) : breaker.undecidedSinceMs;
  return { ...breaker, sends, failures, silent, undecidedSinceMs: sends > 0 ? null : sinceMs };
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
    slow: last.slow + tally.slow,
    silent: 0,
  };
  return [...kept.slice(0, -1), merged];
}

function sum(tallies: readonly SendTally[], field: "sends" | "failures" | "slow"): number {
  let total = 0;
  for (const tally of tallies) total += tally[field];
  return total;
}
