import {
  admitSends,
  CLOSED_BREAKER,
  DEFAULT_BREAKER,
  mayFallBack,
  recordSends,
  type Breaker,
  type BreakerPolicy,
  type SendCounts,
} from "../../notification/breaker.ts";
import type { Channel } from "../../notification/channel.ts";
import {
  chooseProviders,
  type ProviderCredit,
  type ProviderRoom,
} from "../../notification/choose-providers.ts";
import type { SendOutcome } from "../../notification/notification-event.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import type { SharedRates } from "./shared-rates.ts";

/** What the gate needs to know of a provider. */
export interface GatedProvider {
  readonly name: string;
  readonly weight: number;
  /** A send that takes longer counts as failed, while another provider could take over; null = none does. */
  readonly slowAfterMs: number | null;
  readonly sendsPerSecond: number;
}

/** A claimed message as the gate sees it. */
export interface GatedMessage {
  readonly provider: string;
  /** It failed for good before, and waits for the breaker to let it leave its channel. */
  readonly isWaiting: boolean;
}

/** Whether a claimed message is sent, or who keeps it back. */
export type Admission = "send" | "breaker" | "rate";

/** A send that has ended. */
export interface EndedSend extends GatedMessage {
  readonly outcome: SendOutcome;
  readonly durationMs: number;
}

/** A breaker as people see it. */
export interface BreakerStanding {
  readonly state: Breaker["kind"];
  /** Until it probes; null = it is not open. */
  readonly probeInMs: number | null;
}

/** Decides how much may be sent, and at whom: a breaker for each provider, and the rates shared with other consumers. */
export interface ProviderGate {
  /** In the order of the configuration. */
  readonly names: readonly string[];
  /** Judges by this from now on. It is a provider that fails, not a generation: one breaker for all of them. */
  follow(policy: NotificationPolicy): void;
  /**
   * How many of `wanted` might be sent now; asking costs nothing. The first batch is taken before any policy is known: what
   * is too much by it goes back.
   */
  mayTake(wanted: number): number;
  /** Whom to send each of `count` messages at, as indexes of `names`; what is bound to another goes there. */
  choose(count: number): readonly number[];
  /** Which of the claimed are to be sent; the others go back. */
  admit(claimed: readonly GatedMessage[]): readonly Admission[];
  record(ended: EndedSend): void;
  /** False while the provider is suspected: an outage must not text everyone. */
  mayFallBack(message: GatedMessage): boolean;
  /** How a provider's breaker stands, for people to see. */
  breaker(name: string): BreakerStanding;
  /** How long what the breaker did not admit waits. */
  readonly retryAfterMs: number;
  /** Until more might be sent, as far as rates are concerned. */
  readonly waitMs: number;
}

/** What a gate decides by; `breakers` change. */
interface Standing {
  readonly providers: readonly GatedProvider[];
  readonly rates: SharedRates;
  readonly breakers: Map<string, Breaker>;
  breakerPolicy: BreakerPolicy;
}

/** A gate whose breakers start closed: everything passes. */
export function createProviderGate(
  channel: Channel,
  providers: readonly GatedProvider[],
  rates: SharedRates,
): ProviderGate {
  const names = providers.map(({ name }) => name);
  const standing: Standing = {
    ...{ providers, rates, breakerPolicy: DEFAULT_BREAKER },
    breakers: new Map(names.map((name) => [name, CLOSED_BREAKER])),
  };
  let credit: ProviderCredit = new Map();
  for (const { name, sendsPerSecond } of providers) rates.limit(name, sendsPerSecond);
  return {
    names,
    breaker: (name) => standingOf(breakerOf(standing, name)),
    follow(policy) {
      standing.breakerPolicy = policy.breaker;
      rates.limit("", policy.sendsPerSecond[channel]);
    },
    mayTake(wanted) {
      rates.refresh();
      const together = rooms(standing).reduce((sum, { room }) => sum + room, 0);
      return Math.floor(Math.max(0, Math.min(wanted, together, rates.tokens(""))));
    },
    choose(count) {
      const choice = chooseProviders(rooms(standing), count, credit);
      credit = choice.credit;
      // What there was room for when it was polled, and is not any more, is kept back after the claim.
      return Array.from({ length: count }, (_, at) => Math.max(0, names.indexOf(choice.names[at] ?? "")));
    },
    admit: (claimed) => admit(standing, claimed),
    record(ended) {
      const { provider, outcome } = ended;
      if (outcome.kind === "throttled") rates.throttle(provider, outcome.retryAfterMs);
      else record(standing, ended);
    },
    mayFallBack({ provider, isWaiting }) {
      const breaker = breakerOf(standing, provider);
      return mayFallBack(breaker, isWaiting, performance.now(), standing.breakerPolicy);
    },
    get retryAfterMs() {
      return standing.breakerPolicy.openMs;
    },
    get waitMs() {
      return rates.waitMs;
    },
  };
}

function breakerOf({ breakers }: Standing, name: string): Breaker {
  return breakers.get(name) ?? CLOSED_BREAKER;
}

function standingOf(breaker: Breaker): BreakerStanding {
  const probeInMs = breaker.kind === "open" ? Math.max(0, breaker.untilMs - performance.now()) : null;
  return { state: breaker.kind, probeInMs };
}

function isClosed(standing: Standing, name: string): boolean {
  return breakerOf(standing, name).kind === "closed";
}

/** How many each provider takes now. */
function rooms(standing: Standing): readonly ProviderRoom[] {
  const { providers, rates, breakerPolicy } = standing;
  const anyNumber = { others: Infinity, waiting: 0 };
  const found = providers.map(({ name, weight }) => {
    const tokens = rates.tokens(name);
    const { admitted } = admitSends(breakerOf(standing, name), anyNumber, performance.now(), breakerPolicy);
    return { name, weight, tokens, room: Math.min(admitted.others, tokens) };
  });
  if (found.some(({ name, room }) => isClosed(standing, name) && room >= 1)) return found;
  // Nobody to be relied upon: whole batches are looked through for messages that say something in a probe.
  return found.map(({ name, weight, room, tokens }) => ({ name, weight, room: room >= 1 ? tokens : 0 }));
}

function admit(standing: Standing, claimed: readonly GatedMessage[]): readonly Admission[] {
  const { providers, rates, breakers, breakerPolicy } = standing;
  const admissions = withTokens(rates, claimed);
  for (const { name } of providers) {
    const wanted = countsOf(name, claimed, admissions);
    const decision = admitSends(breakerOf(standing, name), wanted, performance.now(), breakerPolicy);
    breakers.set(name, decision.breaker);
    keepBack(name, claimed, admissions, decision.admitted);
  }
  for (const [at, { provider }] of claimed.entries()) {
    if (admissions[at] !== "send") continue;
    rates.spend(provider);
    rates.spend("");
  }
  return admissions;
}

function record(standing: Standing, { provider, isWaiting, outcome, durationMs }: EndedSend): void {
  const { providers, breakers, breakerPolicy } = standing;
  const { slowAfterMs = null } = providers.find(({ name }) => name === provider) ?? {};
  const isAccepted = outcome.kind === "accepted";
  const isSilent = isWaiting && !isAccepted;
  const tally = {
    ...{ atMs: performance.now(), sends: isSilent ? 0 : 1, failures: isAccepted || isSilent ? 0 : 1 },
    slow: isAccepted && slowAfterMs !== null && durationMs > slowAfterMs ? 1 : 0,
    silent: isSilent ? 1 : 0,
  };
  const hasSubstitute = providers.some(({ name }) => name !== provider && isClosed(standing, name));
  const before = breakerOf(standing, provider);
  breakers.set(provider, recordSends(before, tally, breakerPolicy, hasSubstitute));
}

/** Each message that there is a token for; of a limit that is used up, those behind are kept back. */
function withTokens(rates: SharedRates, claimed: readonly GatedMessage[]): Admission[] {
  const left = new Map<string, number>();
  const take = (name: string): boolean => {
    const tokens = left.get(name) ?? rates.tokens(name);
    left.set(name, tokens - 1);
    return tokens >= 1;
  };
  return claimed.map(({ provider }) => (take(provider) && take("") ? "send" : "rate"));
}

function countsOf(
  name: string,
  claimed: readonly GatedMessage[],
  admissions: readonly Admission[],
): SendCounts {
  let others = 0;
  let waiting = 0;
  for (const [at, message] of claimed.entries()) {
    if (message.provider !== name || admissions[at] !== "send") continue;
    if (message.isWaiting) waiting++;
    else others++;
  }
  return { others, waiting };
}

function keepBack(
  name: string,
  claimed: readonly GatedMessage[],
  admissions: Admission[],
  admitted: SendCounts,
): void {
  let { others, waiting } = admitted;
  for (const [at, message] of claimed.entries()) {
    if (message.provider !== name || admissions[at] !== "send") continue;
    const isAdmitted = message.isWaiting ? waiting-- > 0 : others-- > 0;
    if (!isAdmitted) admissions[at] = "breaker";
  }
}
