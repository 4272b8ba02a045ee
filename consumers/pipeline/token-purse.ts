/** Tokens are taken for so long at a time: four statements a second and consumer, however many messages. */
export const SLICE_MS = 250;

/** What this consumer holds of one limit. */
export interface TokenPurse {
  /** 0 = no limit. */
  sendsPerSecond: number;
  tokens: number;
  /** Granted, for a time that has not come. */
  pending: { readonly tokens: number; readonly fromMs: number } | null;
  throttledUntilMs: number;
}

/** A purse without a limit. */
export function emptyPurse(): TokenPurse {
  return { sendsPerSecond: 0, tokens: 0, pending: null, throttledUntilMs: -Infinity };
}

/** What may be spent now, what was granted for now included. */
export function tokensOf(purse: TokenPurse, nowMs: number): number {
  if (nowMs < purse.throttledUntilMs) return 0;
  if (purse.sendsPerSecond === 0) return Infinity;
  if (purse.pending !== null && nowMs >= purse.pending.fromMs) {
    purse.tokens += purse.pending.tokens;
    purse.pending = null;
  }
  return purse.tokens;
}

/** For how long the next slice lasts; 0 = none is needed now. At least one token, however slow the rate. */
export function missingSeconds({ sendsPerSecond, tokens, pending }: TokenPurse): number {
  if (sendsPerSecond === 0 || tokens >= 1 || pending !== null) return 0;
  return Math.max(1, Math.round((sendsPerSecond * SLICE_MS) / 1_000)) / sendsPerSecond;
}
