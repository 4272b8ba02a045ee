import { currencyExponent } from "../../billing/money/currency.ts";
import { parsePeriod } from "../../billing/period.ts";
import { startOfLocalDayMs } from "../../notification/local-day.ts";
import { dueOn } from "../../notification/templates/letterhead.ts";

const DAY_MS = 86_400_000;

/** An amount as the standard has it: major units as a number. Nothing is computed from it. */
export function tmfMoney(minor: number, currency: string): { readonly unit: string; readonly value: number } {
  return { unit: currency, value: minor / 10 ** (currencyExponent(currency) ?? 0) };
}

/** A billing month as instants, in the zone it is billed in. */
export function tmfPeriod(
  period: string,
  zone: string,
): { readonly startDateTime: string; readonly endDateTime: string } {
  const { start, end } = parsePeriod(period);
  return { startDateTime: instantOf(start, zone), endDateTime: instantOf(end, zone) };
}

/** The due day of a month's bills, as its first instant. */
export function tmfDueDate(period: string, dueDay: number, zone: string): string {
  return instantOf(Date.parse(dueOn(period, dueDay)) / DAY_MS, zone);
}

const instantOf = (epochDay: number, zone: string): string =>
  new Date(startOfLocalDayMs(epochDay, zone)).toISOString();
