/**
 * Calendar arithmetic on days counted from 1970-01-01, without Date, time zones or allocation.
 *
 * The conversions are Howard Hinnant's `days_from_civil` and `civil_from_days` (proleptic Gregorian calendar).
 */

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** Epoch day of a calendar date. A day beyond the month's end runs into the next month. */
export function toEpochDay(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Calendar date of an epoch day. */
export function toCivilDate(epochDay: number): CivilDate {
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** Number of days of a month. */
export function daysInMonth(year: number, month: number): number {
  return month === 12 ? 31 : toEpochDay(year, month + 1, 1) - toEpochDay(year, month, 1);
}

/** The same day of the month `months` later; the month's last day where it is shorter (31 January + 1 = 28 February). */
export function addMonths(epochDay: number, months: number): number {
  const from = toCivilDate(epochDay);
  const monthIndex = from.year * 12 + from.month - 1 + months;
  const year = Math.floor(monthIndex / 12);
  const month = monthIndex - year * 12 + 1;
  return toEpochDay(year, month, Math.min(from.day, daysInMonth(year, month)));
}

/** Whole months from `from` (counted) to `untilExclusive`; 0 when that lies before. */
export function wholeMonthsBetween(from: number, untilExclusive: number): number {
  const start = toCivilDate(from);
  const end = toCivilDate(untilExclusive);
  const months = (end.year - start.year) * 12 + end.month - start.month;
  return Math.max(0, addMonths(from, months) <= untilExclusive ? months : months - 1);
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Epoch day of a `YYYY-MM-DD` text, or null when it is not a date of the calendar. */
export function parseEpochDay(text: string): number | null {
  const match = ISO_DATE.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return toEpochDay(year, month, day);
}

/** `YYYY-MM-DD` of an epoch day. */
export function formatEpochDay(epochDay: number): string {
  const { year, month, day } = toCivilDate(epochDay);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
