import type { Holidays } from "./holidays.ts";
import { coversWholeDay, DAY_MINUTES, quietMinutesLeft, type QuietWindow } from "./quiet-window.ts";
import { nextOffsetChange, zoneOffsetMs } from "./zone-offset.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** When one member may not be disturbed: windows of the local day, and whole days, in the member's IANA zone. */
export interface QuietHours {
  readonly zone: string;
  readonly windows: readonly QuietWindow[];
  /** Local calendar days that are quiet from midnight to midnight. [none] */
  readonly holidays?: Holidays;
}

/**
 * The union of the system's and the member's windows. Where the two together leave no minute free, the system's
 * alone count: a member must still get the bill, and only one of the two was validated against the other.
 */
export function unionOfWindows(
  system: readonly QuietWindow[],
  member: readonly QuietWindow[],
): readonly QuietWindow[] {
  if (member.length === 0) return system;
  const union = [...system, ...member];
  return coversWholeDay(union) ? system : union;
}

/** Whether a message sent at `instantMs` would disturb. Windows are half-open: their end is not quiet. */
export function isQuiet(instantMs: number, quiet: QuietHours): boolean {
  return !neverQuiet(quiet) && minutesLeft(localMs(instantMs, quiet.zone), quiet) > 0;
}

/**
 * The first instant at or after `instantMs` that is not quiet: itself, or the moment windows and holidays end, however
 * many of them follow each other.
 *
 * Exact across changes of the clock: an hour that is skipped or repeated is skipped or repeated here too. Throws
 * RangeError for windows that cover the whole day; `quietWindowProblems` refuses such before they are stored.
 */
export function nextAllowedInstant(instantMs: number, quiet: QuietHours): number {
  if (neverQuiet(quiet)) return instantMs;
  const { zone } = quiet;
  let candidateMs = instantMs;
  for (;;) {
    const local = localMs(candidateMs, zone);
    const left = minutesLeft(local, quiet);
    if (left === 0) return candidateMs;
    if (left === Infinity) throw new RangeError("quiet windows cover the whole day");
    const endMs = candidateMs - mod(local, MINUTE_MS) + left * MINUTE_MS;
    // Up to a change of the clock every minute is quiet; from there on the local time is another. Either way look again:
    // the night may end in a holiday, and a holiday in the night.
    const changes = zoneOffsetMs(zone, endMs) !== zoneOffsetMs(zone, candidateMs);
    candidateMs = (changes ? nextOffsetChange(zone, candidateMs, endMs) : null) ?? endMs;
  }
}

function neverQuiet({ windows, holidays }: QuietHours): boolean {
  return windows.length === 0 && (holidays === undefined || holidays.size === 0);
}

/** Minutes of the local clock that are quiet without a break from `local` on, as far as one look shows; 0 = not quiet. */
function minutesLeft(local: number, { windows, holidays }: QuietHours): number {
  const minute = minuteOfDay(local);
  if (holidays?.has(Math.floor(local / DAY_MS)) === true) return DAY_MINUTES - minute;
  return quietMinutesLeft(windows, minute);
}

function localMs(instantMs: number, zone: string): number {
  return instantMs + zoneOffsetMs(zone, instantMs);
}

function minuteOfDay(local: number): number {
  return Math.floor(mod(local, DAY_MS) / MINUTE_MS);
}

function mod(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
