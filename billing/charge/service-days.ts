import type { HeldAccount } from "../bill.ts";
import type { SubscriptionInput } from "../bill-input.ts";
import type { BillingPeriod } from "../period.ts";
import { held } from "./held.ts";

/** Days of one subscription within the period, both ends counted. Reused from one subscription to the next. */
export interface ServiceDays {
  /** First and last day of service within the period; first > last when there is none. */
  first: number;
  last: number;
  /** Days that are charged: service without suspension. */
  charged: number;
  suspended: number;
}

/** Sets the days of a subscription; dates that contradict one another hold the account. */
export function measureServiceDays(
  days: ServiceDays,
  subscription: SubscriptionInput,
  period: BillingPeriod,
  accountId: number,
): HeldAccount | null {
  const { startedOn, endedOn, suspendedDays } = subscription;
  days.first = startedOn > period.start ? startedOn : period.start;
  days.last = endedOn !== null && endedOn < period.end ? endedOn : period.end - 1;
  const active = days.last >= days.first ? days.last - days.first + 1 : 0;
  days.suspended = suspendedDays;
  days.charged = active - suspendedDays;
  const valid =
    Number.isSafeInteger(startedOn) &&
    (endedOn === null || (Number.isSafeInteger(endedOn) && endedOn >= startedOn)) &&
    Number.isSafeInteger(suspendedDays) &&
    suspendedDays >= 0 &&
    days.charged >= 0;
  if (valid) return null;
  return held(
    accountId,
    "invalid-dates",
    `subscription ${String(subscription.subscriptionId)}: service from day ${String(startedOn)} to ${String(endedOn)}, ` +
      `suspended ${String(suspendedDays)} of ${String(active)} days of ${period.text}`,
  );
}
