import { DEFAULT_BREAKER, type BreakerPolicy } from "./breaker.ts";
import { CHANNELS, type Channel } from "./channel.ts";
import type { QuietWindow } from "./quiet-window.ts";
import { DEFAULT_LADDERS, type RetryLadder } from "./retry-ladder.ts";

/** How a carrier delivers its bills. A plain value: it is what a `NotificationPolicy` resource carries. */
export interface NotificationPolicy {
  /** Channels in use, first choice first. */
  readonly channelOrder: readonly Channel[];
  /** When nobody is disturbed, in each member's own zone. */
  readonly systemQuiet: readonly QuietWindow[];
  /** Zone of members who have not said theirs. */
  readonly defaultZone: string;
  readonly ladders: Readonly<Record<Channel, RetryLadder>>;
  /** Messages held back to one instant leave over this many minutes. */
  readonly spreadMinutes: number;
  /** How long a claim holds. Longer than the slowest send, or sends are made twice. */
  readonly leaseMs: number;
  readonly maxUnknownOutcomes: number;
  /** Sends a second and channel, over all consumers; null = as fast as they go. */
  readonly sendsPerSecond: Readonly<Record<Channel, number | null>>;
  readonly breaker: BreakerPolicy;
}

/** What holds where a policy says nothing: quiet from 22:00 to 08:00, e-mail before SMS before push. */
export const DEFAULT_POLICY: NotificationPolicy = {
  channelOrder: CHANNELS,
  systemQuiet: [{ startMinute: 22 * 60, endMinute: 8 * 60 }],
  defaultZone: "Asia/Seoul",
  ladders: DEFAULT_LADDERS,
  spreadMinutes: 30,
  leaseMs: 60_000,
  maxUnknownOutcomes: 5,
  sendsPerSecond: { email: null, sms: null, push: null },
  breaker: DEFAULT_BREAKER,
};
