/** Delay before the next try, in ms, after so many failures in a row (from 1). */
export type Backoff = (failures: number) => number;

/**
 * Doubles from `baseMs` up to `maxMs`, each delay cut by up to half at random: what failed together, because one
 * server went away, must not come back together.
 */
export function exponentialBackoff(
  { baseMs, maxMs }: { readonly baseMs: number; readonly maxMs: number },
  random: () => number = Math.random,
): Backoff {
  return (failures) => {
    const full = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 32));
    return full * (1 - random() / 2);
  };
}
