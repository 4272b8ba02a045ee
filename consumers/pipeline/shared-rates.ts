import { setTimeout as sleep } from "node:timers/promises";
import {
  createLimits,
  takeTokens,
  throttleProvider,
  type TokenWish,
} from "../../database/providers/take-tokens.ts";
import type { Channel } from "../../notification/channel.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { emptyPurse, missingSeconds, SLICE_MS, tokensOf, type TokenPurse } from "./token-purse.ts";

/** An answer of the database comes within moments, or the database is away. */
const shortMs = 10;
const maxAnswerMs = 1_000;
/** A provider's Retry-After stops it for no longer than this; each message waits as long as it was told. */
const maxThrottleMs = 60_000;
/** The limit of all sends of a channel together stands beside those of its providers. */
const wholeChannel = "";

/** How many sends may start, in common with all other consumers of the channel. */
export interface SharedRates {
  /** Sends a second of a provider, "" = the whole channel; 0 = no limit. */
  limit(name: string, sendsPerSecond: number): void;
  /** Tokens at hand: Infinity without a limit, 0 while the provider asked for patience. */
  tokens(name: string): number;
  /** One send starts. */
  spend(name: string): void;
  /** The provider asked for patience: all consumers leave it alone. */
  throttle(name: string, forMs: number): void;
  /** Asks for what is missing; never waits, and a database that is away only means that nothing is granted. */
  refresh(): void;
  /** Until tokens that are granted may be used; Infinity when none are on their way. */
  readonly waitMs: number;
}

/** Where the rates are kept in common. */
export interface SharedRatesOptions {
  readonly database: Queryable;
  readonly channel: Channel;
  readonly logger: Logger;
}

/**
 * The purses of one consumer, filled from PostgreSQL a quarter of a second at a time. A purse is never refilled before it
 * is empty, so a consumer without work holds one slice and takes nothing of the others'.
 */
export function createSharedRates(options: SharedRatesOptions, providers: readonly string[]): SharedRates {
  const purses: Purses = new Map([wholeChannel, ...providers].map((name) => [name, emptyPurse()] as const));
  const asking: Asking = { isUnderWay: false, isCreated: false, atMs: -Infinity };
  return {
    limit(name, sendsPerSecond) {
      const purse = purses.get(name);
      if (purse !== undefined) purse.sendsPerSecond = sendsPerSecond;
    },
    tokens(name) {
      const purse = purses.get(name);
      return purse === undefined ? Infinity : tokensOf(purse, performance.now());
    },
    spend(name) {
      const purse = purses.get(name);
      if (purse !== undefined && purse.sendsPerSecond > 0) purse.tokens--;
    },
    throttle(name, forMs) {
      const purse = purses.get(name);
      if (purse !== undefined) throttle(options, purse, { name, forMs: Math.min(forMs, maxThrottleMs) });
    },
    refresh() {
      const nowMs = performance.now();
      const wishes = [...purses].map(([limit, purse]) => ({ limit, seconds: missingSeconds(purse) }));
      const isNeeded = wishes.some(({ seconds }) => seconds > 0) || nowMs - asking.atMs >= SLICE_MS;
      if (asking.isUnderWay || !isNeeded) return;
      asking.isUnderWay = true;
      asking.atMs = nowMs;
      void ask(options, purses, asking, wishes).finally(() => {
        asking.isUnderWay = false;
      });
    },
    get waitMs() {
      const nowMs = performance.now();
      const waits = [...purses.values()].map(({ pending }) =>
        pending === null ? Infinity : pending.fromMs - nowMs,
      );
      const answerMs = asking.isUnderWay && nowMs - asking.atMs < maxAnswerMs ? shortMs : Infinity;
      return Math.max(0, Math.min(...waits, answerMs));
    },
  };
}

type Purses = ReadonlyMap<string, TokenPurse>;

interface Asking {
  isUnderWay: boolean;
  /** The rows of the channel's limits are there. */
  isCreated: boolean;
  atMs: number;
}

/** Never rejects: without a limit nothing waits for this, and with one nothing can be done. */
async function ask(
  { database, channel, logger }: SharedRatesOptions,
  purses: Purses,
  asking: Asking,
  wishes: readonly TokenWish[],
): Promise<void> {
  try {
    if (!asking.isCreated) await createLimits(database, channel, [...purses.keys()]);
    asking.isCreated = true;
    for (const { limit, waitMs, throttledMs } of await takeTokens(database, channel, wishes, SLICE_MS)) {
      const purse = purses.get(limit);
      const seconds = wishes.find((wish) => wish.limit === limit)?.seconds ?? 0;
      const nowMs = performance.now();
      if (purse === undefined) continue;
      // What this consumer was told a moment ago may not be written yet.
      purse.throttledUntilMs = Math.max(purse.throttledUntilMs, nowMs + throttledMs);
      if (seconds > 0) {
        purse.pending = { tokens: Math.round(seconds * purse.sendsPerSecond), fromMs: nowMs + waitMs };
      }
    }
  } catch (error) {
    logger.warn({ err: error }, "tokens not taken, trying again");
    await sleep(SLICE_MS);
  }
}

function throttle(
  { database, channel, logger }: SharedRatesOptions,
  purse: TokenPurse,
  { name, forMs }: { readonly name: string; readonly forMs: number },
): void {
  const untilMs = performance.now() + forMs;
  // Hundreds in flight are answered alike: one statement for those of the same moment.
  if (untilMs <= purse.throttledUntilMs + SLICE_MS) return;
  purse.throttledUntilMs = untilMs;
  throttleProvider(database, channel, name, forMs).catch((error: unknown) => {
    logger.warn({ err: error, provider: name }, "the other consumers were not told of the throttling");
  });
}
