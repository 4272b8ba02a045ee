const DAY_MS = 86_400_000;

/** Calendar days on which nobody is disturbed, as days from 1970-01-01. Which instants they are depends on the zone. */
export type Holidays = ReadonlySet<number>;

/** Most dates a policy may list: some years of them, and a check that stays cheap in the API server. */
export const MAX_HOLIDAYS = 100;

/** Read once a list: a promotion asks for every one of a million members. */
const known = new WeakMap<readonly string[], Holidays>();

/** The days of a list of dates such as `2026-12-25`. What is no date is left out: `holidayProblems` refuses it first. */
export function holidaysOf(dates: readonly string[]): Holidays {
  let days = known.get(dates);
  if (days === undefined) {
    days = new Set(dates.flatMap((date) => epochDay(date) ?? []));
    known.set(dates, days);
  }
  return days;
}

/** What is wrong with a list of holidays, each with its place; empty when nothing is. */
export function holidayProblems(dates: readonly string[]): string[] {
  if (dates.length > MAX_HOLIDAYS) return [`: must be at most ${MAX_HOLIDAYS} dates, not ${dates.length}`];
  return dates.flatMap((date, index) => {
    if (epochDay(date) === null)
      return [`[${index}]: "${date}" is no date of the calendar; write 2026-12-25`];
    return dates.indexOf(date) < index ? [`[${index}]: ${date} stands in the list already`] : [];
  });
}

/** Days from 1970-01-01, or null for what is no date. */
function epochDay(date: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  const ms = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes the 30th of February for the 2nd of March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date) ? ms / DAY_MS : null;
}
