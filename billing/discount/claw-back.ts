import type { SubscriptionInput } from "../bill-input.ts";
import type { BillDraft } from "../charge/bill-draft.ts";
import { addMonths, wholeMonthsBetween } from "../epoch-day.ts";
import { multiplyDivide } from "../money/multiply-divide.ts";
import type { CompiledTariff, ContractDiscount } from "../tariff/compiled.ts";

/**
 * Adds the claw-back of a contract that was ended before its term within the period: for each whole month the contract held, the monthly
 * discount times the percentage of the table's row for that month. 9 months at 15,675 under 100 % to month 6 and 60 %
 * to month 12 are 6 × 15,675 + 3 × 15,675 × 60 % = 122,265. Never below 0, though later rows may be negative.
 */
export function addClawBack(draft: BillDraft, tariff: CompiledTariff, input: SubscriptionInput): void {
  const discount = tariff.contract;
  const plan = tariff.plans.get(input.plan);
  const contract = input.contract;
  if (discount === null || plan === undefined || contract === null) return;
  const { startedOn, terminatedOn, months: term } = contract;
  if (terminatedOn === null) return;
  if (terminatedOn < tariff.period.start || terminatedOn >= tariff.period.end) return;
  if (terminatedOn + 1 >= addMonths(startedOn, term)) return;
  const months = wholeMonthsBetween(startedOn, terminatedOn + 1);
  const parts = monthsByTier(discount, term, months);
  let weightMicro = 0;
  for (const part of parts) weightMicro += part.months * part.percentMicro;
  const monthlyMinor = multiplyDivide(plan.feeMinor, discount.percentMicro, 1_000_000);
  const amount = multiplyDivide(monthlyMinor, weightMicro, 1_000_000);
  if (!(amount > 0)) return;
  draft.add(discount.clawBackCode, months * 1000, 0, amount);
  draft.facts?.push({ rule: "claw-back", subscriptionId: input.subscriptionId, monthlyMinor, months, parts });
}

function monthsByTier(
  discount: ContractDiscount,
  term: number,
  months: number,
): { readonly months: number; readonly percentMicro: number }[] {
  const parts = [];
  for (const tier of discount.clawBack.get(term) ?? []) {
    const inTier = Math.min(months, tier.toMonth) - tier.fromMonth;
    if (inTier > 0) parts.push({ months: inTier, percentMicro: tier.percentMicro });
  }
  return parts;
}
