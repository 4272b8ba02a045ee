import type { BillDraft } from "../charge/bill-draft.ts";
import { multiplyDivide } from "../money/multiply-divide.ts";
import type { CompiledWelfare } from "../tariff/compiled.ts";

/**
 * Adds the welfare reduction: its fixed part, off what is left of the plan fees, and its percentage of plan fee and usage as the class
 * says; at most the class's cap, and at most what is left to pay.
 */
export function addWelfare(draft: BillDraft, welfare: CompiledWelfare): void {
  const planFee = draft.planFeeLeftMinor > 0 ? draft.planFeeLeftMinor : 0;
  const fixedMinor = Math.min(welfare.amountMinor, planFee);
  const baseMinor = (welfare.ofPlanFee ? planFee - fixedMinor : 0) + (welfare.ofUsage ? draft.usageMinor : 0);
  const full = fixedMinor + multiplyDivide(baseMinor, welfare.percentMicro, 1_000_000);
  const limitMinor = draft.totalMinor > 0 ? draft.totalMinor : 0;
  const taken = Math.min(full, welfare.capMinor, limitMinor);
  if (!(taken > 0)) return;
  draft.add(welfare.itemCode, 0, welfare.percentMicro, 0 - taken);
  draft.facts?.push({
    rule: "welfare",
    subscriptionId: 0,
    fixedMinor,
    baseMinor,
    capMinor: welfare.capMinor,
    limitMinor,
  });
}
