import { parseEpochDay, toCivilDate } from "../../billing/epoch-day.ts";
import { parsePeriod } from "../../billing/period.ts";
import { compileTariff } from "../../billing/tariff/compile.ts";
import type { Tariff } from "../../billing/tariff/schema.ts";

/**
 * Every item code a bill of the tariff may have. They do not depend on the period, but compiling needs one: the first month that
 * the tariff is in force throughout. Empty when there is none, as then it bills nothing.
 */
export function itemCodesOf(tariff: Tariff): readonly string[] {
  const from = toCivilDate(parseEpochDay(tariff.effective.from) ?? 0);
  const month = from.year * 12 + from.month - 1 + (from.day > 1 ? 1 : 0);
  const period = parsePeriod(
    `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`,
  );
  const to = tariff.effective.to === undefined ? null : parseEpochDay(tariff.effective.to);
  if (to !== null && to < period.end - 1) return [];
  return compileTariff(tariff, period).itemCodes;
}
