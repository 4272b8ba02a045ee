import { multiplyDivide } from "../money/multiply-divide.ts";
import type { CompiledTariff } from "../tariff/compiled.ts";
import { ROUNDING } from "../tariff/item-codes.ts";
import type { BillDraft } from "./bill-draft.ts";

/**
 * Adds the line that keeps the sum from falling below zero: what credits there are beyond the charges is left for the next bill, as an
 * adjustment of the kind that the code names.
 */
export function addCreditLeft(draft: BillDraft, code: string): void {
  const sumMinor = draft.totalMinor;
  if (!(sumMinor < 0)) return;
  draft.add(code, 0, 0, 0 - sumMinor);
  draft.facts?.push({ rule: "credit-left", subscriptionId: 0, sumMinor });
}

/** Adds the tax on everything so far, half-up to the minor unit, and returns it. */
export function addTax(draft: BillDraft, tariff: CompiledTariff): number {
  const { tax } = tariff;
  if (tax === null || draft.totalMinor === 0) return 0;
  const taxableMinor = draft.totalMinor;
  const amount = multiplyDivide(taxableMinor, tax.percentMicro, 1_000_000);
  if (amount === 0) return 0;
  draft.add(tax.itemCode, 0, tax.percentMicro, amount);
  draft.facts?.push({ rule: "tax", subscriptionId: 0, taxableMinor });
  return amount;
}

/** Adds the line that brings the total down to a multiple of the tariff's rounding unit. */
export function addRounding(draft: BillDraft, tariff: CompiledTariff): void {
  const rest = draft.totalMinor % tariff.roundToMinor;
  if (!(rest > 0)) return;
  const sumMinor = draft.totalMinor;
  draft.add(ROUNDING, 0, 0, 0 - rest);
  draft.facts?.push({ rule: "rounding", subscriptionId: 0, sumMinor, toMinor: tariff.roundToMinor });
}
