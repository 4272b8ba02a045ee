import { DateTime } from "luxon";
import type { BillingPeriod } from "../../billing/period.ts";

/** Milliseconds of every midnight of the period in a time zone, the one after the last day included: days may have 23 or 25 hours. */
export function midnightsMs(period: BillingPeriod, timeZone: string): number[] {
  const first = DateTime.fromObject({ year: period.year, month: period.month, day: 1 }, { zone: timeZone });
  return Array.from({ length: period.days + 1 }, (_, day) =>
    first.plus({ days: day }).startOf("day").toMillis(),
  );
}
