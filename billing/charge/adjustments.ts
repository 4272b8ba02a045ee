import type { HeldAccount } from "../bill.ts";
import type { AdjustmentInput, BillInput } from "../bill-input.ts";
import type { CompiledTariff } from "../tariff/compiled.ts";
import { FINAL_ADJUSTMENT, TAXABLE_ADJUSTMENT } from "../tariff/item-codes.ts";
import type { BillDraft } from "./bill-draft.ts";
import { held } from "./held.ts";
import { inOrder } from "./in-order.ts";

/** Adds the corrections and one-off charges of one kind, in the order of their ids. */
export function addAdjustments(
  draft: BillDraft,
  tariff: CompiledTariff,
  input: BillInput,
  kind: AdjustmentInput["kind"],
): HeldAccount | null {
  for (const adjustment of inOrder(input.adjustments, byId)) {
    if (adjustment.kind !== kind) continue;
    const charge = adjustment.charge === "" ? null : tariff.charges.get(adjustment.charge);
    const where = `adjustment ${String(adjustment.adjustmentId)}`;
    if (charge === undefined)
      return held(input.accountId, "unknown-charge", `${where}: charge "${adjustment.charge}"`);
    if (!Number.isSafeInteger(adjustment.amountMinor))
      return held(
        input.accountId,
        "amount-overflow",
        `${where}: ${String(adjustment.amountMinor)} minor units`,
      );
    const byHand = kind === "taxable" ? TAXABLE_ADJUSTMENT : FINAL_ADJUSTMENT;
    draft.add(charge === null ? byHand : charge.itemCode, 0, 0, adjustment.amountMinor);
    draft.facts?.push({ rule: "adjustment", subscriptionId: 0, adjustmentId: adjustment.adjustmentId });
  }
  return null;
}

function byId(a: AdjustmentInput, b: AdjustmentInput): number {
  return a.adjustmentId - b.adjustmentId;
}
