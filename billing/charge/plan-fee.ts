import type { SubscriptionInput } from "../bill-input.ts";
import { multiplyDivide } from "../money/multiply-divide.ts";
import type { BillingPeriod } from "../period.ts";
import type { CompiledPlan } from "../tariff/compiled.ts";
import type { BillDraft } from "./bill-draft.ts";
import type { ServiceDays } from "./service-days.ts";

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
export function addPlanFees(
  draft: BillDraft,
  plan: CompiledPlan,
  subscription: SubscriptionInput,
  days: ServiceDays,
  period: BillingPeriod,
): number {
  const started = subscription.startedOn >= period.start && subscription.startedOn < period.end;
  let planFee = 0;
  if (plan.feeMinor > 0) {
    planFee = plan.inAdvance
      ? addAdvanceFees(draft, plan, subscription, days, period)
      : addProratedFee(draft, plan.feeCode, plan, days.charged, period);
  }
  if (plan.suspendedFeeMinor > 0 && days.suspended > 0) {
    const amount = prorate(plan.suspendedFeeMinor, days.suspended, period);
    draft.add(plan.suspendedFeeCode, days.suspended * 1000, plan.suspendedFeeMicro, amount);
    draft.facts?.push({
      rule: "prorated-fee",
      subscriptionId: draft.subscriptionId,
      feeMinor: plan.suspendedFeeMinor,
      days: days.suspended,
      periodDays: period.days,
    });
  }
  if (plan.activationFeeMinor > 0 && started) {
    draft.add(plan.activationFeeCode, 1000, plan.activationFeeMicro, plan.activationFeeMinor);
    draft.facts?.push({
      rule: "one-off-fee",
      subscriptionId: draft.subscriptionId,
      feeMinor: plan.activationFeeMinor,
    });
  }
  return planFee;
}

function addProratedFee(
  draft: BillDraft,
  code: string,
  plan: CompiledPlan,
  days: number,
  period: BillingPeriod,
): number {
  if (days === 0) return 0;
  const amount = prorate(plan.feeMinor, days, period);
  draft.add(code, days * 1000, plan.feeMicro, amount);
  draft.facts?.push({
    rule: "prorated-fee",
    subscriptionId: draft.subscriptionId,
    feeMinor: plan.feeMinor,
    days,
    periodDays: period.days,
  });
  return amount;
}

function addAdvanceFees(
  draft: BillDraft,
  plan: CompiledPlan,
  subscription: SubscriptionInput,
  days: ServiceDays,
  period: BillingPeriod,
): number {
  const { startedOn, endedOn } = subscription;
  const paid = startedOn < period.start && (endedOn === null || endedOn >= period.start) ? plan.feeMinor : 0;
  let planFee = 0;
  if (paid === 0) {
    planFee += addProratedFee(draft, plan.feeCode, plan, days.charged, period);
  } else if (days.charged !== period.days) {
    const settled = prorate(plan.feeMinor, days.charged, period) - paid;
    draft.add(plan.returnedFeeCode, days.charged * 1000, plan.feeMicro, settled);
    draft.facts?.push({
      rule: "advance-settled",
      subscriptionId: draft.subscriptionId,
      feeMinor: plan.feeMinor,
      paidMinor: paid,
      days: days.charged,
      periodDays: period.days,
    });
    planFee += settled;
  }
  if (startedOn < period.end && (endedOn === null || endedOn >= period.end)) {
    draft.add(plan.nextFeeCode, 1000, plan.feeMicro, plan.feeMinor);
    draft.facts?.push({
      rule: "fee-in-advance",
      subscriptionId: draft.subscriptionId,
      feeMinor: plan.feeMinor,
    });
    planFee += plan.feeMinor;
  }
  return planFee;
}

/**
 * Part of the plan fee that a contract covers: the same lines computed with the days of the contract. `covered` are the charged days it
 * covers, `from` (counted) to `until` (excluded) its own days.
 */
export function coveredPlanFee(
  plan: CompiledPlan,
  subscription: SubscriptionInput,
  contract: { readonly covered: number; readonly from: number; readonly until: number },
  period: BillingPeriod,
): number {
  let fee = contract.covered > 0 ? prorate(plan.feeMinor, contract.covered, period) : 0;
  if (!plan.inAdvance) return fee;
  const { startedOn, endedOn } = subscription;
  const before = startedOn < period.start && (endedOn === null || endedOn >= period.start);
  const after = startedOn < period.end && (endedOn === null || endedOn >= period.end);
  if (before && contract.from < period.start && contract.until > period.start) fee -= plan.feeMinor;
  if (after && contract.from <= period.end && contract.until > period.end) fee += plan.feeMinor;
  return fee;
}
