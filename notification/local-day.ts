import { nextOffsetChange, zoneOffsetMs } from "./zone-offset.ts";

const DAY_MS = 86_400_000;

/** Days from 1970-01-01 to the local calendar day of `instantMs` in `zone`. */
export function localEpochDay(instantMs: number, zone: string): number {
  return Math.floor((instantMs + zoneOffsetMs(zone, instantMs)) / DAY_MS);
}

/**
 * The first instant of a local day, given as days from 1970-01-01. Usually midnight; where the clock jumps over
 * midnight (Beirut, Santiago) the day begins at the jump.
 */
export function startOfLocalDayMs(epochDay: number, zone: string): number {
  const midnightMs = epochDay * DAY_MS;
  const before = zoneOffsetMs(zone, midnightMs - DAY_MS);
  const after = zoneOffsetMs(zone, midnightMs + DAY_MS);
  const earliestMs = midnightMs - Math.max(before, after);
  if (localEpochDay(earliestMs, zone) >= epochDay) return earliestMs;
  const latestMs = midnightMs - Math.min(before, after);
  return nextOffsetChange(zone, earliestMs, latestMs) ?? latestMs;
}

/** The first day at or after `epochDay` whose day of the month is `dayOfMonth` (1..28, so every month has it). */
export function nextDayOfMonth(epochDay: number, dayOfMonth: number): number {
  const from = new Date(epochDay * DAY_MS);
  const monthsOn = from.getUTCDate() <= dayOfMonth ? 0 : 1;
  return Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + monthsOn, dayOfMonth) / DAY_MS;
}
