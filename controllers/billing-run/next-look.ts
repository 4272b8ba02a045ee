import type { Action } from "./action.ts";

/** An observation may take this share of the time at most, so that looking does not slow what is looked at. */
const observingShare = 1 / 20;
/** A run that only waits (for a send day, a slow partition, a tariff) is looked at less and less often, down to this. */
const longestQuietMs = 30_000;
/** Everything that waits for a person is looked at now and then all the same. */
const resyncMs = 600_000;
const firstDatabaseRetryMs = 1_000;
const longestDatabaseRetryMs = 30_000;

/** When the database may be asked about the run again, after an observation that took so long. */
export function pauseAfterMs(observingMs: number): number {
  return observingMs / observingShare;
}

/** When to look again without being told of a change; null = a run that has ended waits for nothing. */
export function nextLookMs(
  actions: readonly Action[],
  { pauseMs, quietLooks, finished }: { pauseMs: number; quietLooks: number; finished: boolean },
): number | null {
  const asked = actions.find((action) => action.kind === "requeue")?.afterMs;
  if (asked === undefined) return finished ? null : resyncMs;
  const grown = Math.min(asked * 2 ** Math.min(quietLooks, 20), longestQuietMs);
  return Math.max(grown, pauseMs);
}

/** Delay after the database could not be read so many times in a row. */
export function databaseRetryMs(failures: number): number {
  return Math.min(longestDatabaseRetryMs, firstDatabaseRetryMs * 2 ** Math.min(failures - 1, 20));
}
