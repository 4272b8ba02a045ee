import { zoneOffsetMs } from "../../notification/zone-offset.ts";

const WALL_CLOCK =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:?\d{2})?$/;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A moment, and its day in the billing time zone (epoch day). */
export interface Moment {
  readonly instantMs: number;
  readonly localDay: number;
}

/**
 * Reads `YYYY-MM-DDTHH:MM[:SS[.ffffff]]` with an optional `Z` or offset; without one the time is read in `zone`. Of an hour that the clocks
 * run through twice it is the first. Null when the text is no such time, or one that the clocks of the zone skip.
 */
export function parseMoment(text: string, zone: string): Moment | null {
  const match = WALL_CLOCK.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = "0", fraction = "0", offset] = match;
  const wholeMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // Date.UTC rolls 31 April over to 1 May; the text must read the same afterwards.
  if (new Date(wholeMs).toISOString().slice(0, 16) !== `${year}-${month}-${day}T${hour}:${minute}`)
    return null;
  if (Number(second) > 59) return null;
  const wallMs = wholeMs + Math.floor(Number(fraction.padEnd(6, "0")) / 1000);
  const instantMs = offset === undefined ? instantOf(wallMs, zone) : wallMs - offsetMs(offset);
  if (instantMs === null) return null;
  return { instantMs, localDay: Math.floor((instantMs + zoneOffsetMs(zone, instantMs)) / DAY_MS) };
}

function instantOf(wallMs: number, zone: string): number | null {
  // The offsets of the days before and after: equal unless the clocks change near by.
  for (const around of [wallMs - DAY_MS, wallMs + DAY_MS]) {
    const instantMs = wallMs - zoneOffsetMs(zone, around);
    if (instantMs + zoneOffsetMs(zone, instantMs) === wallMs) return instantMs;
  }
  return null;
}

function offsetMs(offset: string): number {
  if (offset === "Z") return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return (offset.startsWith("-") ? -minutes : minutes) * MINUTE_MS;
}
