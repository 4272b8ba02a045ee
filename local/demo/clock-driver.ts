import { setTimeout as sleep } from "node:timers/promises";
import {
  readClockOffsetMs,
  setClockOffsetMs,
  stopClock,
} from "../../database/billing-clock/billing-clock.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { deliveryPulse, type DeliveryPulse } from "../../database/run-ledger/delivery-pulse.ts";
import { CHANNELS } from "../../notification/channel.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import type { ClockStep } from "../invariants/log-check.ts";
import type { ProviderDoor } from "../provider-simulator/provider-door.ts";

const lookEveryMs = 100;
/**
 * A trickle of messages must not hold the clock: with 3,000 spread over half an hour there is always one on its way.
 * So few may be that a consumer has none of them waiting for a free connection (IN_FLIGHT, 4,000).
 */
const mostOnTheWay = 2_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** What the clock did. */
export interface ClockTravel {
  readonly jumps: ClockStep[];
  /** Billing clock. */
  readonly fromMs: number;
  toMs: number;
}

/** What the clock is driven with. */
export interface ClockDriver {
  /** A connection of its own. */
  readonly client: Client;
  readonly address: GenerationAddress;
  readonly provider: ProviderDoor;
  /** When the provider has received nothing for so long, while nothing can be claimed, everything claimed has arrived. */
  readonly arrivalMs: number;
  readonly stopping: AbortSignal;
}

/**
 * Nobody waits in the demo: when nothing is queued or due, its billing clock jumps past the next due message and half
 * an hour on, so that what was spread over the half-hour leaves together. It never jumps into the system's quiet hours.
 * Returns when nothing is left to send, or when told to stop.
 */
export async function driveClock(driver: ClockDriver): Promise<ClockTravel> {
  const { client, address, stopping } = driver;
  const travel: ClockTravel = {
    jumps: [],
    fromMs: (await deliveryPulse(client, address, CHANNELS)).nowMs,
    toMs: 0,
  };
  while (!stopping.aborted) {
    const pulse = await deliveryPulse(client, address, CHANNELS);
    travel.toMs = pulse.nowMs;
    if (!pulse.queued && pulse.sending === 0 && pulse.nextDueMs === null) break;
    const step = mayJump(pulse) ? await jump(driver) : null;
    if (step !== null) travel.jumps.push(step);
    await sleep(lookEveryMs, undefined, { signal: stopping }).catch(() => undefined);
  }
  return travel;
}

/** Null when something was queued at the last moment. */
async function jump({ client, address, provider, arrivalMs }: ClockDriver): Promise<ClockStep | null> {
  const jumped = await inTransactionOn(client, async () => {
    await stopClock(client);
    const pulse = await deliveryPulse(client, address, CHANNELS);
    if (!mayJump(pulse)) return null;
    // On a busy machine a message may still be on its way afterwards: it is judged by both clocks (LogCheck).
    if (pulse.sending > 0) await untilArrived(provider, arrivalMs);
    const byMs = jumpTarget(pulse.nextDueMs) - pulse.nowMs;
    const offsetMs = (await readClockOffsetMs(client)) + byMs;
    const sinceMs = Date.now();
    // The provider first: the first message after the jump must find its log in the new time.
    await provider.setClockOffset(offsetMs);
    await setClockOffsetMs(client, offsetMs);
    return { sinceMs, byMs };
  });
  return jumped && { ...jumped, untilMs: Date.now() };
}

async function untilArrived(provider: ProviderDoor, arrivalMs: number): Promise<void> {
  let before = -1;
  for (let now = await provider.requestCount(); now !== before; now = await provider.requestCount()) {
    before = now;
    await sleep(arrivalMs);
  }
}

function mayJump(pulse: DeliveryPulse): pulse is DeliveryPulse & { readonly nextDueMs: number } {
  const { queued, sending, nextDueMs, nowMs } = pulse;
  return !queued && sending <= mostOnTheWay && nextDueMs !== null && nextDueMs > nowMs;
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
