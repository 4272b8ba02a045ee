import type { BillInput } from "../bill-input.ts";
import type { BillDraft } from "../charge/bill-draft.ts";
import type { AddOnTierDiscount, BirthdayDiscount, CompiledTariff } from "../tariff/compiled.ts";

/** Adds the discounts of a fixed amount: add-on tier, then birthday. Each takes off at most what is left to pay. */
export function addFixedDiscounts(draft: BillDraft, tariff: CompiledTariff, input: BillInput): void {
  const { addOnTier, birthday, period } = tariff;
  if (addOnTier !== null && draft.addOnCount > 0 && (draft.excluded & addOnTier.bit) === 0) {
    const measured = addOnTier.bySpend ? draft.addOnMinor : draft.addOnCount;
    let tier = addOnTier.from.length - 1;
    while (tier > 0 && (addOnTier.from[tier] ?? 0) > measured) tier--;
    const full = addOnTier.amountMinor[tier] ?? 0;
    addFixed(draft, addOnTier, full, {
      rateMicro: addOnTier.amountMicro[tier] ?? 0,
      measured,
      bySpend: addOnTier.bySpend,
    });
  }
  if (
    birthday !== null &&
    Math.floor(input.birthday / 100) === period.month &&
    (draft.excluded & birthday.bit) === 0
  ) {
    addFixed(draft, birthday, birthday.amountMinor, {
      rateMicro: birthday.amountMicro,
      measured: null,
      bySpend: false,
    });
  }
}

function addFixed(
  draft: BillDraft,
  discount: AddOnTierDiscount | BirthdayDiscount,
  fullMinor: number,
  of: { readonly rateMicro: number; readonly measured: number | null; readonly bySpend: boolean },
): void {
  const limitMinor = draft.totalMinor > 0 ? draft.totalMinor : 0;
  const taken = fullMinor < limitMinor ? fullMinor : limitMinor;
  if (!(taken > 0)) return;
  draft.add(discount.itemCode, 0, of.rateMicro, 0 - taken);
  draft.facts?.push({
    rule: "fixed-discount",
    subscriptionId: 0,
    fullMinor,
    limitMinor,
    measured: of.measured,
    bySpend: of.bySpend,
  });
  draft.excluded |= discount.excludes;
}
