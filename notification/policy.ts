import { DEFAULT_BREAKER, type BreakerPolicy } from "./breaker.ts";
import { CHANNELS, type Channel } from "./channel.ts";
import { perChannel } from "./channels/registry.ts";
import type { QuietWindow } from "./quiet-window.ts";
import { DEFAULT_LADDERS, type RetryLadder } from "./retry-ladder.ts";

/** How a carrier delivers its bills: a `NotificationPolicy` resource as the program reads it. A plain value, kept as JSON. */
export interface NotificationPolicy {
  /** Channels in use, first choice first. */
  readonly channelOrder: readonly Channel[];
  /** When nobody is disturbed, in each member's own zone. */
  readonly systemQuiet: readonly QuietWindow[];
  /** Dates (`2026-12-25`) on which nobody is disturbed all day, in each member's own zone. */
  readonly holidays: readonly string[];
  readonly ladders: Readonly<Record<Channel, RetryLadder>>;
  /** Messages held back to one instant leave over this many minutes. */
  readonly spreadMinutes: number;
  /**
   * Within how long after its day (release, send day, reservation) a message should have come to its end; 0 = no deadline.
   * Past it somebody is alerted, and nothing is dropped.
   */
  readonly deliverWithinMs: number;
  /** How long a claim holds. Longer than the slowest send, or sends are made twice. */
  readonly leaseMs: number;
  readonly maxUnknownOutcomes: number;
  readonly breaker: BreakerPolicy;
  /** Sends of all consumers of a channel together; 0 = as many as the providers take. */
  readonly sendsPerSecond: Readonly<Record<Channel, number>>;
  /** The set of templates; `default` stands in for what it does not have. */
  readonly templateSet: string;
}

/** What holds where a policy says nothing: quiet from 22:00 to 08:00, e-mail before SMS before push. */
export const DEFAULT_POLICY: NotificationPolicy = {
  channelOrder: CHANNELS,
  systemQuiet: [{ startMinute: 22 * 60, endMinute: 8 * 60 }],
  // Another list every year, and another country's is not ours to guess.
  holidays: [],
  ladders: DEFAULT_LADDERS,
  spreadMinutes: 30,
  // Ladders end within half an hour and a night within a day: whatever is left after a week of holidays and outages waits
  // for somebody. A day would call people out for every public holiday, a month nobody before the next bill.
  deliverWithinMs: 7 * 86_400_000,
  leaseMs: 60_000,
  maxUnknownOutcomes: 5,
  breaker: DEFAULT_BREAKER,
  sendsPerSecond: perChannel(() => 0),
  templateSet: "default",
};
