import { formatEpochDay, toCivilDate, toEpochDay } from "../../billing/epoch-day.ts";
import { parseDecimal } from "../../billing/money/decimal.ts";
import type { RowReader } from "./row-reader.ts";
import { parseMoment } from "./wall-clock.ts";

/** Columns of usage.csv. */
export const usageColumns = ["record_id", "subscription", "meter", "started_at", "quantity"] as const;

/** One row of usage.csv. */
export interface ParsedUsage {
  readonly recordId: string;
  readonly subscription: number;
  readonly meter: string;
  readonly startedAtMs: number;
  /** Epoch day of the first day of the month the record is billed in. */
  readonly period: number;
  readonly quantityMilli: number;
}

/** How rows are read. */
export interface UsageReading {
  /** Time zone of times without an offset, and of the months. */
  readonly timeZone: string;
  /** Epoch day of the first day of the only month that is taken; null takes every month. */
  readonly period: number | null;
}

const MOST_MILLI = 1_000_000_000_000;
const LONGEST_RECORD_ID = 100;
const FIRST_YEAR = 1990;
const LAST_YEAR = 2199;

/** Reads one row; problems stand in the reader afterwards. */
export function parseUsage(row: RowReader, reading: UsageReading): ParsedUsage {
  return {
    recordId: row.requiredText("record_id", LONGEST_RECORD_ID),
    subscription: row.requiredNumber("subscription", 1, Number.MAX_SAFE_INTEGER),
    meter: row.requiredCode("meter"),
    ...readStart(row, reading),
    quantityMilli: readQuantityMilli(row),
  };
}

function readStart(row: RowReader, reading: UsageReading): Pick<ParsedUsage, "startedAtMs" | "period"> {
  const text = row.requiredText("started_at", 40);
  const moment = text === "" ? null : parseMoment(text, reading.timeZone);
  if (moment === null) {
    const reason = `is not a time of ${reading.timeZone}; write YYYY-MM-DDTHH:MM:SS, with or without an offset`;
    if (text !== "") row.refuse("started_at", reason);
    return { startedAtMs: 0, period: 0 };
  }
  const { year, month } = toCivilDate(moment.localDay);
  if (year < FIRST_YEAR || year > LAST_YEAR)
    row.refuse("started_at", `does not lie from ${FIRST_YEAR} to ${LAST_YEAR}`);
  const period = toEpochDay(year, month, 1);
  if (reading.period !== null && period !== reading.period) {
    const wanted = formatEpochDay(reading.period).slice(0, 7);
    row.refuse(
      "started_at",
      `lies in ${formatEpochDay(period).slice(0, 7)} (${reading.timeZone}), not in ${wanted}`,
    );
  }
  return { startedAtMs: moment.instantMs, period };
}

function readQuantityMilli(row: RowReader): number {
  const text = row.requiredText("quantity", 40);
  if (text === "") return 0;
  const milli = parseDecimal(text, 3);
  if (milli === "too-many-decimals") row.refuse("quantity", "has more than 3 decimals");
  else if (milli === "not-a-decimal") row.refuse("quantity", "is not a decimal number; write e.g. 12.5");
  else if (milli === "too-large" || milli > MOST_MILLI)
    row.refuse("quantity", "is more than 1,000,000,000 units");
  else if (milli < 0) row.refuse("quantity", "is negative");
  else return milli;
  return 0;
}
