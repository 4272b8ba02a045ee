import { setTimeout as sleep } from "node:timers/promises";
import type { Counter } from "prom-client";

/** However many ask, the source is read once in this time. */
const freshForMs = 10_000;
/** Prometheus gives a scrape ten seconds; the rest of the page is to arrive although one source is silent. */
const answerWithinMs = 4_000;

/** A reading that all gauges made from it share. */
export interface Refreshed<Reading> {
  /** Null while the source does not answer. Never rejects. */
  latest(): Promise<Reading | null>;
}

/** Limits of a `Refreshed`, for tests. */
export interface RefreshLimits {
  readonly freshForMs: number;
  readonly answerWithinMs: number;
}

/**
 * Reads a source when somebody wants to know, at most every ten seconds and once at a time. `failures` counts what was
 * not answered in time; a late answer counts for the next who asks.
 */
export function createRefreshed<Reading>(
  read: () => Promise<Reading>,
  onFailed: () => void,
  limits: RefreshLimits = { freshForMs, answerWithinMs },
): Refreshed<Reading> {
  let known: { readonly reading: Reading | null; readonly atMs: number } | null = null;
  let reading: Promise<void> | null = null;
  const refresh = async (): Promise<void> => {
    try {
      known = { reading: await read(), atMs: performance.now() };
    } catch {
      known = { reading: null, atMs: performance.now() };
      onFailed();
    } finally {
      reading = null;
    }
  };
  return {
    async latest() {
      if (known !== null && performance.now() - known.atMs < limits.freshForMs) return known.reading;
      reading ??= refresh();
      const late = Symbol("late");
      const first = await Promise.race([reading, sleep(limits.answerWithinMs, late, { ref: false })]);
      if (first !== late) return known?.reading ?? null;
      onFailed();
      return null;
    },
  };
}

/** What `createRefreshed` is to call when a source fails: counts it, and stands at 0 from the start. */
export function countsFailures(counter: Counter<"source">, source: string): () => void {
  counter.inc({ source }, 0);
  return () => {
    counter.inc({ source });
  };
}
