import type { HeldAccount } from "../bill.ts";
import type { ContractInput } from "../bill-input.ts";
import type { BillDraft } from "../charge/bill-draft.ts";
import { held } from "../charge/held.ts";
import { coveredPlanFee } from "../charge/plan-fee.ts";
import type { SubscriptionCharge } from "../charge/subscription-charge.ts";
import { addMonths } from "../epoch-day.ts";
import { multiplyDivide } from "../money/multiply-divide.ts";
import type { CompiledTariff, ContractDiscount, TenureDiscount } from "../tariff/compiled.ts";

/**
 * Adds the percentage discounts on one subscription's plan fee: contract, family, long-term, in this order. A discount that was given
 * keeps the ones it excludes away. Together they never exceed the fee.
 */
export function addPercentages(
  draft: BillDraft,
  tariff: CompiledTariff,
  charge: SubscriptionCharge,
  fee: number,
): HeldAccount | null {
  let left = fee;
  let excluded = 0;
  const contract = charge.input.contract;
  if (contract !== null && tariff.contract !== null) {
    const refused = refuseContract(tariff.contract, contract, charge);
    if (refused !== null) return refused;
    const base = contractBase(draft, tariff, charge, fee);
    const taken = addPercentage(draft, tariff.contract, tariff.contract.percentMicro, {
      base,
      left,
      fromYears: null,
    });
    if (taken !== 0) excluded |= tariff.contract.excludes;
    left -= taken;
  }
  const { family, longTerm } = tariff;
  const familyYears = charge.account.familyTenureYears;
  if (family !== null && familyYears !== null && (excluded & family.bit) === 0) {
    const tier = tierOfYears(family, familyYears);
    const taken = addTenure(draft, family, tier, { fee, left });
    if (taken !== 0) excluded |= family.excludes;
    left -= taken;
  }
  if (longTerm !== null && (excluded & longTerm.bit) === 0) {
    const tier = tierOfJoining(longTerm, charge.account.joinedOn);
    const taken = addTenure(draft, longTerm, tier, { fee, left });
    if (taken !== 0) excluded |= longTerm.excludes;
    left -= taken;
  }
  draft.planFeeLeftMinor += left;
  draft.excluded |= excluded;
  return null;
}

function refuseContract(
  discount: ContractDiscount,
  contract: ContractInput,
  charge: SubscriptionCharge,
): HeldAccount | null {
  const { months, startedOn, terminatedOn } = contract;
  const valid =
    discount.terms.has(months) &&
    Number.isSafeInteger(startedOn) &&
    (terminatedOn === null || (Number.isSafeInteger(terminatedOn) && terminatedOn >= startedOn));
  if (valid) return null;
  return held(
    charge.account.accountId,
    "invalid-dates",
    `subscription ${String(charge.input.subscriptionId)}: contract of ${String(months)} months from day ${String(startedOn)} ` +
      `to ${String(terminatedOn)}; the tariff has terms of ${[...discount.terms].join(", ")}`,
  );
}

/** The plan fee of the days on which the contract holds. */
function contractBase(
  draft: BillDraft,
  tariff: CompiledTariff,
  charge: SubscriptionCharge,
  fee: number,
): number {
  const { contract } = charge.input;
  if (contract === null) return 0;
  const { period } = tariff;
  const { days } = charge;
  const term = addMonths(contract.startedOn, contract.months);
  const terminated = contract.terminatedOn;
  const until = terminated !== null && terminated + 1 < term ? terminated + 1 : term;
  if (terminated !== null && terminated >= period.start && terminated < period.end && terminated + 1 < term) {
    draft.contractEnded = true;
  }
  const from = contract.startedOn;
  draft.contractDays = -1;
  // The usual case: the contract holds throughout, so that its base is the fee line itself.
  if (from <= days.first && from < period.start && until > period.end) return fee;
  const first = from > days.first ? from : days.first;
  const end = until <= days.last ? until : days.last + 1;
  const overlap = end > first ? end - first : 0;
  const covered = overlap < days.charged ? overlap : days.charged;
  draft.contractDays = covered;
  return coveredPlanFee(period, charge, { covered, from, until });
}

/** Adds the percentage of a tier of tenure (-1 = none) and returns what it took off. */
function addTenure(
  draft: BillDraft,
  discount: TenureDiscount,
  tier: number,
  of: { readonly fee: number; readonly left: number },
): number {
  if (tier < 0) return 0;
  const base = discount.ofRemaining ? of.left : of.fee;
  const fromYears = discount.fromYears[tier] ?? 0;
  return addPercentage(draft, discount, discount.percentMicro[tier] ?? 0, { base, left: of.left, fromYears });
}

/** Adds a discount of `base`, at most of what is left of the fee, and returns what it took off. */
function addPercentage(
  draft: BillDraft,
  discount: { readonly itemCode: string },
  percentMicro: number,
  of: { readonly base: number; readonly left: number; readonly fromYears: number | null },
): number {
  const full = multiplyDivide(of.base, percentMicro, 1_000_000);
  // A negative base gives a discount back with the fee it was taken off; only what is taken needs a limit.
  const taken = full > 0 && full > of.left ? Math.max(0, of.left) : full;
  if (taken === 0) return 0;
  draft.add(discount.itemCode, 0, percentMicro, 0 - taken);
  draft.facts?.push({
    rule: "percentage-discount",
    subscriptionId: draft.subscriptionId,
    baseMinor: of.base,
    limitMinor: of.left,
    fromYears: of.fromYears,
    contractDays: of.fromYears === null ? draft.contractDays : -1,
  });
  return taken;
}

function tierOfYears(discount: TenureDiscount, years: number): number {
  let tier = discount.fromYears.length - 1;
  while (tier >= 0 && !((discount.fromYears[tier] ?? 0) <= years)) tier--;
  return tier;
}

function tierOfJoining(discount: TenureDiscount, joinedOn: number): number {
  let tier = discount.joinedBy.length - 1;
  while (tier >= 0 && !((discount.joinedBy[tier] ?? 0) >= joinedOn)) tier--;
  return tier;
}
