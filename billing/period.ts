import { toEpochDay } from "./epoch-day.ts";

/** A calendar month that is billed, as the half-open range of days [start, end). */
export interface BillingPeriod {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Epoch day of the first day. */
  readonly start: number;
  /** Epoch day after the last day. */
  readonly end: number;
  /** Number of days, 28 to 31. */
  readonly days: number;
  /** `YYYY-MM`. */
  readonly text: string;
}

const PERIOD = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** Reads `YYYY-MM`; throws a RangeError that says what was expected when the text is anything else. */
export function parsePeriod(text: string): BillingPeriod {
  const match = PERIOD.exec(text);
  if (match === null)
    throw new RangeError(`"${text}" is not a billing period; write it as YYYY-MM, e.g. 2026-10`);
  const year = Number(match[1]);
  const month = Number(match[2]);
  const start = toEpochDay(year, month, 1);
  const end = month === 12 ? toEpochDay(year + 1, 1, 1) : toEpochDay(year, month + 1, 1);
  return { year, month, start, end, days: end - start, text };
}
