import { DateTime, IANAZone } from "luxon";

/** What a member wants, in the words of the members table. */
export interface MemberWishes {
  readonly timeZone: string;
  readonly sendDay: number | null;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
}

/** A window of the day, [start, end) in minutes. */
export type DayWindow = readonly [start: number, end: number];

const dayMinutes = 1_440;
const quarterMs = 900_000;
const zones = new Map<string, { readonly zone: IANAZone; readonly offsets: Map<number, number> }>();

/**
 * Minute of the member's day. A second implementation on purpose (luxon, and its own idea of a window): a mistake in
 * notification/ must not hide itself here.
 */
export function minuteOfDay(instantMs: number, timeZone: string): number {
  const localMs = instantMs + offsetMinutes(instantMs, timeZone) * 60_000;
  return Math.floor(localMs / 60_000) % dayMinutes;
}

/** Offsets change at quarter-hours only, so one look at luxon serves every instant of a quarter. */
function offsetMinutes(instantMs: number, timeZone: string): number {
  let known = zones.get(timeZone);
  if (known === undefined)
    zones.set(timeZone, (known = { zone: IANAZone.create(timeZone), offsets: new Map() }));
  const quarter = Math.floor(instantMs / quarterMs);
  let offset = known.offsets.get(quarter);
  if (offset === undefined) known.offsets.set(quarter, (offset = known.zone.offset(instantMs)));
  return offset;
}

/** The member's calendar day, such as `2026-12-25`. */
export function dateOf(instantMs: number, timeZone: string): string {
  return new Date(instantMs + offsetMinutes(instantMs, timeZone) * 60_000).toISOString().slice(0, 10);
}

/** Whether the minute lies in the window; start = end means no window. */
export function covers([start, end]: DayWindow, minute: number): boolean {
  if (start === end) return false;
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

/** Windows in force for the member: the system's and the member's own, or the system's alone where both fill the day. */
export function windowsOf(
  { quietStart, quietEnd }: MemberWishes,
  system: readonly DayWindow[],
): readonly DayWindow[] {
  if (quietStart === null || quietEnd === null) return system;
  const all: readonly DayWindow[] = [...system, [quietStart, quietEnd]];
  const minutes = Array.from({ length: dayMinutes }, (_, minute) => minute);
  return minutes.every((minute) => all.some((window) => covers(window, minute))) ? system : all;
}

/**
 * Start of the first day on which the member wants the bill: the first such day of the month at or after the release,
 * the release's own day counting; the release itself without a send day. Milliseconds since 1970.
 */
export function earliestWantedMs({ sendDay, timeZone }: MemberWishes, releasedAtMs: number): number {
  if (sendDay === null) return releasedAtMs;
  const released = DateTime.fromMillis(releasedAtMs, { zone: timeZone });
  const thisMonth = released.startOf("month").set({ day: sendDay });
  const wanted =
    thisMonth.hasSame(released, "day") || thisMonth > released ? thisMonth : thisMonth.plus({ months: 1 });
  return Math.max(releasedAtMs, wanted.startOf("day").toMillis());
}
