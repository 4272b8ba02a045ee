/** Minutes of a day. */
export const DAY_MINUTES = 1_440;

/**
 * Hours of a local day in which a member is not disturbed: [start, end) in minutes since midnight.
 *
 * `start > end` runs across midnight; `start = end` means none (an earlier system read it as "all day" and sent
 * nothing for a month). The end may be 1440, midnight.
 */
export interface QuietWindow {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** Minutes from `minuteOfDay` to the end of `window`, 0 when the minute is not in it. */
export function minutesUntilWindowEnd(window: QuietWindow, minuteOfDay: number): number {
  const { startMinute, endMinute } = window;
  if (startMinute < endMinute) {
    return minuteOfDay >= startMinute && minuteOfDay < endMinute ? endMinute - minuteOfDay : 0;
  }
  if (startMinute === endMinute) return 0;
  if (minuteOfDay >= startMinute) return DAY_MINUTES - minuteOfDay + endMinute;
  return minuteOfDay < endMinute ? endMinute - minuteOfDay : 0;
}

/**
 * Minutes from `minuteOfDay` to the first minute outside every window, following windows that adjoin or overlap;
 * 0 when it is not quiet. Infinity when the windows cover the whole day.
 */
export function quietMinutesLeft(windows: readonly QuietWindow[], minuteOfDay: number): number {
  let left = 0;
  for (let index = 0; index < windows.length; index++) {
    const window = windows[index];
    if (window === undefined) continue;
    const more = minutesUntilWindowEnd(window, (minuteOfDay + left) % DAY_MINUTES);
    if (more === 0) continue;
    left += more;
    if (left >= DAY_MINUTES) return Infinity;
    // An earlier window may begin where this one ends: look at all of them again.
    index = -1;
  }
  return left;
}

/** Whether the union of the windows leaves no minute in which anything could be sent. */
export function coversWholeDay(windows: readonly QuietWindow[]): boolean {
  return windows.some((window) => quietMinutesLeft(windows, window.startMinute) === Infinity);
}

/** A window as people write it: `22:00-08:00`. */
export function windowText({ startMinute, endMinute }: QuietWindow): string {
  return [startMinute, endMinute].map(timeText).join("-");
}

function timeText(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** What is wrong with a set of windows, in words for the person who entered them; empty when nothing is. */
export function quietWindowProblems(windows: readonly QuietWindow[]): string[] {
  const problems: string[] = [];
  windows.forEach(({ startMinute, endMinute }, index) => {
    if (!isMinute(startMinute, DAY_MINUTES - 1)) problems.push(`[${index}].startMinute: must be 0..1439`);
    if (!isMinute(endMinute, DAY_MINUTES)) problems.push(`[${index}].endMinute: must be 0..1440`);
  });
  if (problems.length === 0 && coversWholeDay(windows))
    problems.push("windows leave no minute of the day free");
  return problems;
}

function isMinute(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
