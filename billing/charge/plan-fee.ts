import type { SubscriptionInput } from "../bill-input.ts";
import { multiplyDivide } from "../money/multiply-divide.ts";
import type { BillingPeriod } from "../period.ts";
import type { BillDraft } from "./bill-draft.ts";
import type { SubscriptionCharge } from "./subscription-charge.ts";

/** Fee × days ÷ days of the period, half-up to the minor unit. */
export function prorate(feeMinor: number, days: number, period: BillingPeriod): number {
  return days === period.days ? feeMinor : multiplyDivide(feeMinor, days, period.days);
}

/**
 * Adds the fees of a plan and returns the sum that percentages on the plan fee are taken of.
 *
 * In arrears: the charged days of this period. In advance: the whole next month while service goes on, and for this month
 * the difference between its charged days and what the bill before took in advance (the whole month if service began earlier).
 */
export function addPlanFees(draft: BillDraft, period: BillingPeriod, charge: SubscriptionCharge): number {
  const { plan, input, days } = charge;
  let planFee = 0;
  if (plan.feeMinor > 0) {
    planFee = plan.inAdvance ? addAdvanceFees(draft, period, charge) : addFeeOfDays(draft, period, charge);
  }
  if (plan.suspendedFeeMinor > 0 && days.suspended > 0) {
    const feeMinor = plan.suspendedFeeMinor;
    const { subscriptionId } = draft;
    draft.add(
      plan.suspendedFeeCode,
      days.suspended * 1000,
      plan.suspendedFeeMicro,
      prorate(feeMinor, days.suspended, period),
    );
    draft.facts?.push({
      rule: "prorated-fee",
      subscriptionId,
      feeMinor,
      days: days.suspended,
      periodDays: period.days,
    });
  }
  if (plan.activationFeeMinor > 0 && input.startedOn >= period.start && input.startedOn < period.end) {
    draft.add(plan.activationFeeCode, 1000, plan.activationFeeMicro, plan.activationFeeMinor);
    draft.facts?.push({
      rule: "one-off-fee",
      subscriptionId: draft.subscriptionId,
      feeMinor: plan.activationFeeMinor,
    });
  }
  return planFee;
}

function addFeeOfDays(draft: BillDraft, period: BillingPeriod, { plan, days }: SubscriptionCharge): number {
  if (days.charged === 0) return 0;
  const amount = prorate(plan.feeMinor, days.charged, period);
  draft.add(plan.feeCode, days.charged * 1000, plan.feeMicro, amount);
  draft.facts?.push({
    rule: "prorated-fee",
    subscriptionId: draft.subscriptionId,
    feeMinor: plan.feeMinor,
    days: days.charged,
    periodDays: period.days,
  });
  return amount;
}

function addAdvanceFees(draft: BillDraft, period: BillingPeriod, charge: SubscriptionCharge): number {
  const { plan, input, days } = charge;
  const { subscriptionId } = draft;
  const { feeMinor } = plan;
  let planFee = 0;
  if (!servesOn(input, period.start - 1) || !servesOn(input, period.start)) {
    planFee += addFeeOfDays(draft, period, charge);
  } else if (days.charged !== period.days) {
    const settled = prorate(feeMinor, days.charged, period) - feeMinor;
    draft.add(plan.returnedFeeCode, days.charged * 1000, plan.feeMicro, settled);
    draft.facts?.push({
      rule: "advance-settled",
      subscriptionId,
      feeMinor,
      days: days.charged,
      periodDays: period.days,
    });
    planFee += settled;
  }
  if (servesOn(input, period.end - 1) && servesOn(input, period.end)) {
    draft.add(plan.nextFeeCode, 0, plan.feeMicro, feeMinor);
    draft.facts?.push({ rule: "fee-in-advance", subscriptionId, feeMinor });
    planFee += feeMinor;
  }
  return planFee;
}

/** Whether the subscription's service includes the day. */
function servesOn({ startedOn, endedOn }: SubscriptionInput, day: number): boolean {
  return startedOn <= day && (endedOn === null || endedOn >= day);
}

/**
 * Part of the plan fee that a contract covers: the same lines computed with the days of the contract. `covered` are the charged days it
 * covers, `from` (counted) to `until` (excluded) its own days.
 */
export function coveredPlanFee(
  period: BillingPeriod,
  { plan, input }: SubscriptionCharge,
  contract: { readonly covered: number; readonly from: number; readonly until: number },
): number {
  let fee = contract.covered > 0 ? prorate(plan.feeMinor, contract.covered, period) : 0;
  if (!plan.inAdvance) return fee;
  const { from, until } = contract;
  const paidBefore = servesOn(input, period.start - 1) && servesOn(input, period.start);
  const goesOn = servesOn(input, period.end - 1) && servesOn(input, period.end);
  if (paidBefore && from < period.start && until > period.start) fee -= plan.feeMinor;
  if (goesOn && from <= period.end && until > period.end) fee += plan.feeMinor;
  return fee;
}
