import { nextOffsetChange, zoneOffsetMs } from "../../notification/zone-offset.ts";

const DAY_MS = 86_400_000;

/**
 * What a clock on the wall in `zone` shows at `instantMs`, written as if it were UTC: `Date.UTC(2026, 2, 29, 2, 30)` is
 * half past two on 29 March, wherever the zone is.
 */
export function wallClockAt(instantMs: number, zone: string): number {
  return instantMs + zoneOffsetMs(zone, instantMs);
}

/**
 * The instant at which the wall clock in `zone` shows `wallMs`. Shown twice (clocks go back): the first time. Never
 * shown (clocks go forward, or, in Apia in 2011, a whole day is left out): the moment at which it is passed over. So
 * every wall-clock time has exactly one instant, and a later one never an earlier instant.
 */
export function instantOfWallClock(wallMs: number, zone: string): number {
  const before = zoneOffsetMs(zone, wallMs - DAY_MS);
  const after = zoneOffsetMs(zone, wallMs + DAY_MS);
  const earliestMs = wallMs - Math.max(before, after);
  if (wallClockAt(earliestMs, zone) === wallMs) return earliestMs;
  const latestMs = wallMs - Math.min(before, after);
  if (wallClockAt(latestMs, zone) === wallMs) return latestMs;
  return nextOffsetChange(zone, earliestMs, latestMs) ?? latestMs;
}

/** The calendar month (`YYYY-MM`) before the one that the wall clock in `zone` shows at `instantMs`. */
export function monthBefore(instantMs: number, zone: string): string {
  const wall = new Date(wallClockAt(instantMs, zone));
  return new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}
