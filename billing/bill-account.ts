import type { Bill, BillOutcome, HeldAccount } from "./bill.ts";
import type { BillInput, SubscriptionInput } from "./bill-input.ts";
import { addAddOns } from "./charge/add-on-fee.ts";
import { addAdjustments } from "./charge/adjustments.ts";
import { BillDraft } from "./charge/bill-draft.ts";
import { held } from "./charge/held.ts";
import { inOrder } from "./charge/in-order.ts";
import { addPlanFees } from "./charge/plan-fee.ts";
import { measureServiceDays, type ServiceDays } from "./charge/service-days.ts";
import { addCreditLeft, addRounding, addTax } from "./charge/tax-and-total.ts";
import type { SubscriptionCharge, UsageRoom } from "./charge/subscription-charge.ts";
import { addUsage } from "./charge/usage-charge.ts";
import { addClawBack } from "./discount/claw-back.ts";
import { addFixedDiscounts } from "./discount/fixed-amounts.ts";
import { addPercentages } from "./discount/percentages.ts";
import { addWelfare } from "./discount/welfare.ts";
import type { CompiledTariff } from "./tariff/compiled.ts";
import { FINAL_CREDIT_LEFT, TAXABLE_CREDIT_LEFT } from "./tariff/item-codes.ts";

/**
 * Computes the bill of one account for the tariff's period. Pure and deterministic; data that cannot be billed holds the account with a
 * reason instead of throwing.
 *
 * The order of computation is the order of the lines: fees of days used, add-ons, usage beyond the allowance and its cap,
 * percentages on the plan fee (contract, family, long-term), fixed discounts (add-on tier, birthday), welfare with its
 * cap, claw-backs and taxable adjustments, tax, adjustments after tax, rounding. Within that, subscriptions and adjustments by
 * id and add-ons by code, so that the order of the input is irrelevant.
 */
export function billAccount(tariff: CompiledTariff, input: BillInput): BillOutcome {
  return draftBill(new BillDraft(false), tariff, input);
}

/** `billAccount` on a draft of the caller's, which then also holds the facts behind each line. For `explainBill`. */
export function draftBill(draft: BillDraft, tariff: CompiledTariff, input: BillInput): BillOutcome {
  const { accountId } = input;
  if (input.currency !== tariff.currency)
    return held(
      accountId,
      "currency-mismatch",
      `account in ${input.currency}, tariff ${tariff.code} in ${tariff.currency}`,
    );
  for (const subscription of inOrder(input.subscriptions, byId)) {
    const refused = addSubscription(draft, tariff, input, subscription);
    if (refused !== null) return refused;
  }
  draft.subscriptionId = 0;
  addFixedDiscounts(draft, tariff, input);
  if (input.welfare !== "") {
    const welfare = tariff.welfare.get(input.welfare);
    if (welfare === undefined)
      return held(accountId, "unknown-welfare-class", `welfare class "${input.welfare}"`);
    addWelfare(draft, welfare);
  }
  const clawBackTaxable = tariff.contract?.clawBackTaxable ?? false;
  if (draft.contractEnded && clawBackTaxable) addClawBacks(draft, tariff, input);
  let refused = addAdjustments(draft, tariff, input, "taxable");
  if (refused !== null) return refused;
  addCreditLeft(draft, TAXABLE_CREDIT_LEFT);
  const taxableMinor = draft.totalMinor;
  const taxMinor = addTax(draft, tariff);
  if (draft.contractEnded && !clawBackTaxable) addClawBacks(draft, tariff, input);
  refused = addAdjustments(draft, tariff, input, "final");
  if (refused !== null) return refused;
  addCreditLeft(draft, FINAL_CREDIT_LEFT);
  addRounding(draft, tariff);
  if (!draft.isExact)
    return held(accountId, "amount-overflow", "the amounts of the bill exceed 2^53 minor units");
  const bill: Bill = { accountId, items: draft.items, taxableMinor, taxMinor, totalMinor: draft.totalMinor };
  return { kind: "billed", bill };
}

// Reused by every call: billing is synchronous, and each subscription sets what it reads.
const days: ServiceDays = { first: 0, last: 0, charged: 0, suspended: 0 };
const room: UsageRoom = { quantityMilli: new Float64Array(32), addOnMilli: new Float64Array(32) };

function addSubscription(
  draft: BillDraft,
  tariff: CompiledTariff,
  account: BillInput,
  input: SubscriptionInput,
): HeldAccount | null {
  const { accountId } = account;
  const plan = tariff.plans.get(input.plan);
  if (plan === undefined)
    return held(
      accountId,
      "missing-plan",
      `subscription ${String(input.subscriptionId)}: plan "${input.plan}"`,
    );
  if (room.quantityMilli.length < tariff.slotCount) room.quantityMilli = new Float64Array(tariff.slotCount);
  if (room.addOnMilli.length < tariff.meters.length) room.addOnMilli = new Float64Array(tariff.meters.length);
  const refusedDates = measureServiceDays(days, input, tariff.period, accountId);
  if (refusedDates !== null) return refusedDates;
  draft.subscriptionId = input.subscriptionId;
  const charge: SubscriptionCharge = { account, input, plan, days, room };
  const planFeeMinor = addPlanFees(draft, tariff.period, charge);
  return (
    addAddOns(draft, tariff, charge) ??
    addUsage(draft, tariff, charge) ??
    addPercentages(draft, tariff, charge, planFeeMinor)
  );
}

function addClawBacks(draft: BillDraft, tariff: CompiledTariff, input: BillInput): void {
  for (const subscription of inOrder(input.subscriptions, byId)) addClawBack(draft, tariff, subscription);
}

function byId(a: SubscriptionInput, b: SubscriptionInput): number {
  return a.subscriptionId - b.subscriptionId;
}
