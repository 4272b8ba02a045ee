import { fraction } from "./fraction.ts";

/** What the simulator does with one request. */
export type SimulatedOutcome =
  /** 200. */
  | "accept"
  /** 503 before anything was accepted. */
  | "transient"
  /** 422: this address will never work. */
  | "permanent"
  /** Accepts, then cuts the connection: the sender cannot know. */
  | "accept-then-cut";

/** How often the simulator fails, and by which seed. */
export interface OutcomeOdds {
  readonly seed: number;
  /** Of all requests. One in five is permanent, the others pass with a retry. */
  readonly failureRate: number;
  /** Of all requests, on top of the failures. */
  readonly unknownRate: number;
}

const permanentShare = 0.2;

/**
 * The outcome of the `ordinal`-th request (from 1) under a key: a pure function of the seed, so that a run can be
 * repeated whatever the order of requests. A permanent failure belongs to the address, so it stays on every retry.
 */
export function outcomeOf(odds: OutcomeOdds, key: string, ordinal: number): SimulatedOutcome {
  if (fraction(`${odds.seed}|address|${key}`) < odds.failureRate * permanentShare) return "permanent";
  const drawn = fraction(`${odds.seed}|${ordinal}|${key}`);
  const transientRate = odds.failureRate * (1 - permanentShare);
  if (drawn < transientRate) return "transient";
  return drawn < transientRate + odds.unknownRate ? "accept-then-cut" : "accept";
}

/** Recipients that fail whatever the odds, for demonstrations and tests; numbers by their first digits. */
const magicRecipients: readonly (readonly [RegExp, SimulatedOutcome])[] = [
  [/^(bounce[+.@]|0109999)/, "permanent"],
  [/^(down[+.@]|0108888)/, "transient"],
  [/^(cut[+.@]|0107777)/, "accept-then-cut"],
];

/** The outcome of a recipient such as `bounce+1@example.com`; null for the ordinary. */
export function magicOutcome(recipient: string): SimulatedOutcome | null {
  return magicRecipients.find(([pattern]) => pattern.test(recipient))?.[1] ?? null;
}
