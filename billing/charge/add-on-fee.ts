import type { HeldAccount } from "../bill.ts";
import type { AddOnInput, SubscriptionInput } from "../bill-input.ts";
import { multiplyDivide } from "../money/multiply-divide.ts";
import type { CompiledTariff } from "../tariff/compiled.ts";
import type { BillDraft } from "./bill-draft.ts";
import { held } from "./held.ts";
import { inOrder } from "./in-order.ts";
import { prorate } from "./plan-fee.ts";
import type { SubscriptionCharge } from "./subscription-charge.ts";

/**
 * Adds, in the order of their codes, the fee of each add-on for its days within the subscription's, and its allowance to the room's. Suspended days have no
 * date, so an add-on is charged for at most the charged days of its subscription.
 */
export function addAddOns(
  draft: BillDraft,
  tariff: CompiledTariff,
  charge: SubscriptionCharge,
): HeldAccount | null {
  const { input, days, room } = charge;
  const { accountId } = charge.account;
  const { period } = tariff;
  for (let index = 0; index < tariff.meters.length; index++) room.addOnMilli[index] = 0;
  for (const { code, startedOn, endedOn } of inOrder(input.addOns, byCodeAndDays)) {
    const addOn = tariff.addOns.get(code);
    if (addOn === undefined) return held(accountId, "unknown-add-on", nameAddOn(input, code));
    if (
      !Number.isSafeInteger(startedOn) ||
      (endedOn !== null && !(Number.isSafeInteger(endedOn) && endedOn >= startedOn))
    )
      return held(
        accountId,
        "invalid-dates",
        `${nameAddOn(input, code)} from day ${String(startedOn)} to ${String(endedOn)}`,
      );
    const first = startedOn > days.first ? startedOn : days.first;
    const last = endedOn !== null && endedOn < days.last ? endedOn : days.last;
    const length = last - first + 1;
    const charged = length < days.charged ? length : days.charged;
    if (charged <= 0) continue;
    draft.addOnCount += 1;
    if (addOn.feeMinor > 0) {
      const amount = prorate(addOn.feeMinor, charged, period);
      draft.add(addOn.itemCode, charged * 1000, addOn.feeMicro, amount);
      draft.facts?.push({
        rule: "prorated-fee",
        subscriptionId: draft.subscriptionId,
        feeMinor: addOn.feeMinor,
        days: charged,
        periodDays: period.days,
      });
      draft.addOnMinor += amount;
    }
    if (addOn.hasIncluded) {
      for (let index = 0; index < addOn.includedMilli.length; index++) {
        const included = multiplyDivide(addOn.includedMilli[index] ?? 0, charged, period.days);
        room.addOnMilli[index] = (room.addOnMilli[index] ?? 0) + included;
      }
    }
  }
  return null;
}

function nameAddOn(input: SubscriptionInput, code: string): string {
  return `subscription ${String(input.subscriptionId)}: add-on "${code}"`;
}

function byCodeAndDays(a: AddOnInput, b: AddOnInput): number {
  if (a.code !== b.code) return a.code < b.code ? -1 : 1;
  return (
    a.startedOn - b.startedOn ||
    (a.endedOn ?? Number.MAX_SAFE_INTEGER) - (b.endedOn ?? Number.MAX_SAFE_INTEGER)
  );
}
