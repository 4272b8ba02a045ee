import { setTimeout as sleep } from "node:timers/promises";
import { readClockOffsetMs, setClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { deliveryPulse, type DeliveryPulse } from "../../database/run-ledger/delivery-pulse.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import type { Client } from "../../platform/postgres.ts";

const lookEveryMs = 100;
/** What is due so soon is waited for, so that nothing can become due between a look and a jump. */
const waitForMs = 3_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** What the clock did. */
export interface ClockTravel {
  jumps: number;
  /** Billing clock. */
  readonly fromMs: number;
  toMs: number;
}

/**
 * Nobody waits in the demo: when nothing is queued, being sent or due, its billing clock jumps past the next due
 * message and half an hour on, so that what was spread over the half-hour leaves together. It never jumps into the
 * system's quiet hours. Returns when nothing is scheduled any more, or when told to stop.
 */
export async function driveClock(
  client: Client,
  address: GenerationAddress,
  tellProvider: (offsetMs: number) => Promise<void>,
  stopping: AbortSignal,
): Promise<ClockTravel> {
  const travel = { jumps: 0, fromMs: (await deliveryPulse(client, address)).nowMs, toMs: 0 };
  while (!stopping.aborted) {
    const pulse = await deliveryPulse(client, address);
    travel.toMs = pulse.nowMs;
    if (!pulse.busy && pulse.nextDueMs === null) break;
    if (!mayJump(pulse)) {
      await sleep(lookEveryMs, undefined, { signal: stopping }).catch(() => undefined);
      continue;
    }
    const offsetMs = (await readClockOffsetMs(client)) + jumpTarget(pulse.nextDueMs) - pulse.nowMs;
    // The provider first: nothing is under way, and the first message after the jump must find its log in the new time.
    await tellProvider(offsetMs);
    await setClockOffsetMs(client, offsetMs);
    travel.jumps++;
  }
  return travel;
}

function mayJump(pulse: DeliveryPulse): pulse is DeliveryPulse & { readonly nextDueMs: number } {
  return !pulse.busy && pulse.nextDueMs !== null && pulse.nextDueMs > pulse.nowMs + waitForMs;
}

/** Half an hour past the due moment, but before the next quiet hours of the system begin. */
export function jumpTarget(nextDueMs: number): number {
  const farMs = nextDueMs + DEFAULT_POLICY.spreadMinutes * minuteMs;
  const quietStarts = DEFAULT_POLICY.systemQuiet.map(({ startMinute }) =>
    nextMinuteOfDay(nextDueMs, startMinute),
  );
  return Math.max(nextDueMs + 1_000, Math.min(farMs, ...quietStarts.map((startMs) => startMs - minuteMs)));
}

/** The next instant of a minute of the day in Korea, which has no daylight saving time. */
function nextMinuteOfDay(fromMs: number, minute: number): number {
  const dayStartMs = Math.floor((fromMs + 9 * 60 * minuteMs) / dayMs) * dayMs - 9 * 60 * minuteMs;
  const todayMs = dayStartMs + minute * minuteMs;
  return todayMs > fromMs ? todayMs : todayMs + dayMs;
}
