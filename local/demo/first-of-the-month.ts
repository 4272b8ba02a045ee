import { parsePeriod } from "../../billing/period.ts";
import { setClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { startOfLocalDayMs } from "../../notification/local-day.ts";
import type { Client } from "../../platform/postgres.ts";

/** Where the generated members live. */
const carrierZone = "Asia/Seoul";

/**
 * Sets the billing clock to 00:00 of the first day after the period, when bills are made and from which due dates are
 * planned; returns that instant in milliseconds since 1970.
 */
export async function setClockToTheFirst(client: Client, period: string): Promise<number> {
  const firstMs = startOfLocalDayMs(parsePeriod(period).end, carrierZone);
  await setClockOffsetMs(client, firstMs - Date.now());
  return firstMs;
}
