import { durationMs } from "../../crds/duration.ts";
import type { NotificationPolicySpec } from "../../crds/notification-policy.ts";
import { perChannel } from "../../notification/channels/registry.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import type { QuietWindow } from "../../notification/quiet-window.ts";
import type { RetryLadder } from "../../notification/retry-ladder.ts";

const MINUTE_MS = 60_000;

/** The policy that a NotificationPolicy's spec describes: durations become milliseconds, times of day minutes. */
export function policyOfSpec(spec: NotificationPolicySpec): NotificationPolicy {
  const { breaker } = spec;
  return {
    channelOrder: spec.channels,
    systemQuiet: spec.quietHours.map(windowOf),
    holidays: spec.holidays,
    ladders: perChannel((channel) => ladderOf(spec.retries[channel])),
    spreadMinutes: Math.floor(durationMs(spec.releaseSpread) / MINUTE_MS),
    deliverWithinMs: durationMs(spec.deliverWithin),
    leaseMs: durationMs(spec.lease),
    maxUnknownOutcomes: spec.maxUnknownOutcomes,
    breaker: {
      windowMs: durationMs(breaker.window),
      minSends: breaker.minSends,
      failureFraction: breaker.failurePercent / 100,
      openMs: durationMs(breaker.openFor),
      probeSends: breaker.probeSends,
      undecidedMs: durationMs(breaker.undecidedFor),
    },
    sendsPerSecond: spec.sendsPerSecond,
    templateSet: spec.templates,
  };
}

function windowOf({ start, end }: NotificationPolicySpec["quietHours"][number]): QuietWindow {
  return { startMinute: minuteOfDay(start), endMinute: minuteOfDay(end) };
}

/** `22:30` → 1350. The schema has checked the form; what is none becomes NaN, which the policy's own check names. */
function minuteOfDay(time: string): number {
  const [hour, minute] = time.split(":");
  return Number(hour) * 60 + Number(minute);
}

function ladderOf({ delays, jitterPercent }: NotificationPolicySpec["retries"]["email"]): RetryLadder {
  return { delaysMs: delays.map(durationMs), jitterFraction: jitterPercent / 100 };
}
