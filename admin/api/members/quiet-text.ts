/** Quiet hours as the API writes them, `22:00`; null = none of the member's own. */
export interface QuietHoursText {
  readonly start: string;
  readonly end: string;
}

/** From minutes of the day, as the row keeps them; start = end means none. */
export function quietHoursOf(row: {
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
}): QuietHoursText | null {
  const { quietStart, quietEnd } = row;
  if (quietStart === null || quietEnd === null || quietStart === quietEnd) return null;
  return { start: textOf(quietStart), end: textOf(quietEnd) };
}

/** To minutes of the day. */
export function quietMinutesOf(hours: QuietHoursText | null): {
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
} {
  if (hours === null) return { quietStart: null, quietEnd: null };
  return { quietStart: minuteOf(hours.start), quietEnd: minuteOf(hours.end) };
}

const two = (value: number): string => String(value).padStart(2, "0");
const textOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

function minuteOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  return hour * 60 + minute;
}
