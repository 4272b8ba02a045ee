import { coversWholeDay, quietMinutesLeft, type QuietWindow } from "./quiet-window.ts";
import { nextOffsetChange, zoneOffsetMs } from "./zone-offset.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** When one member may not be disturbed: windows of the local day in the member's IANA zone. */
export interface QuietHours {
  readonly zone: string;
  readonly windows: readonly QuietWindow[];
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
export function isQuiet(instantMs: number, { zone, windows }: QuietHours): boolean {
  if (windows.length === 0) return false;
  return quietMinutesLeft(windows, minuteOfDay(localMs(instantMs, zone))) > 0;
}

/**
 * The first instant at or after `instantMs` that is not quiet: itself, or the moment the windows end.
 *
 * Exact across changes of the clock: an hour that is skipped or repeated is skipped or repeated here too. Throws
 * RangeError for windows that cover the whole day; `quietWindowProblems` refuses such before they are stored.
 */
export function nextAllowedInstant(instantMs: number, zone: string, windows: readonly QuietWindow[]): number {
  if (windows.length === 0) return instantMs;
  let candidateMs = instantMs;
  for (;;) {
    const local = localMs(candidateMs, zone);
    const left = quietMinutesLeft(windows, minuteOfDay(local));
    if (left === 0) return candidateMs;
    if (left === Infinity) throw new RangeError("quiet windows cover the whole day");
    const endMs = candidateMs - mod(local, MINUTE_MS) + left * MINUTE_MS;
    // Up to a change of the clock every minute is quiet; from there on the local time is another, so look again.
    const changes = zoneOffsetMs(zone, endMs) !== zoneOffsetMs(zone, candidateMs);
    const changeMs = changes ? nextOffsetChange(zone, candidateMs, endMs) : null;
    if (changeMs === null) return endMs;
    candidateMs = changeMs;
  }
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
