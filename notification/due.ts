import { localEpochDay, nextDayOfMonth, startOfLocalDayMs } from "./local-day.ts";
import { isQuiet, nextAllowedInstant, type QuietHours } from "./quiet-hours.ts";
import { stableFractionOfInteger } from "./stable-fraction.ts";

const MINUTE_MS = 60_000;

/** A bill that was just released, and what its member wants. */
export interface ReleasedBill {
  readonly billId: number;
  readonly releasedAtMs: number;
  /** Day of the month on which the member wants the bill, 1..28; null = at once. */
  readonly sendDay: number | null;
  readonly quiet: QuietHours;
  /** Bills held back to the same instant leave evenly over this many minutes. */
  readonly spreadMinutes: number;
}

/** When a message first becomes due, and what made it so. */
export interface FirstDue {
  readonly dueAtMs: number;
  readonly reason: "released" | "send-day" | "quiet-hours";
}

/**
 * When the notification of a bill is due first: the member's send day (the first such day at or after the release,
 * today counting), then the end of quiet hours, then the spread.
 *
 * Only a bill that was held back is spread: the window's end and the send day's first minute are when everybody's
 * become due at once. The spread never reaches into quiet hours again.
 */
export function firstDue(bill: ReleasedBill): FirstDue {
  const onSendDay = sendDayStart(bill);
  const wantedMs = onSendDay ?? bill.releasedAtMs;
  const allowedMs = nextAllowedInstant(wantedMs, bill.quiet);
  if (onSendDay !== null) return { dueAtMs: spread(bill, allowedMs), reason: "send-day" };
  if (allowedMs !== wantedMs) return { dueAtMs: spread(bill, allowedMs), reason: "quiet-hours" };
  return { dueAtMs: allowedMs, reason: "released" };
}

/** First instant of the send day when that day is still to come; null when there is none or it is today. */
function sendDayStart({ releasedAtMs, sendDay, quiet }: ReleasedBill): number | null {
  if (sendDay === null) return null;
  const today = localEpochDay(releasedAtMs, quiet.zone);
  const day = nextDayOfMonth(today, sendDay);
  return day === today ? null : startOfLocalDayMs(day, quiet.zone);
}

function spread({ billId, quiet, spreadMinutes }: ReleasedBill, fromMs: number): number {
  const fraction = stableFractionOfInteger(billId);
  const spreadMs = Math.floor(fraction * spreadMinutes * MINUTE_MS);
  if (!isQuiet(fromMs + spreadMs, quiet)) return fromMs + spreadMs;
  const freeMs = freeMinutes(fromMs, spreadMinutes, quiet) * MINUTE_MS;
  return fromMs + Math.floor(fraction * freeMs);
}

/** Whole minutes from `fromMs`, at most `limit`, before it is quiet again. */
function freeMinutes(fromMs: number, limit: number, quiet: QuietHours): number {
  let minutes = 0;
  while (minutes < limit && !isQuiet(fromMs + minutes * MINUTE_MS, quiet)) minutes++;
  return minutes;
}
