import { multiplyDivide } from "../money/multiply-divide.ts";
import type { CompiledPricing } from "../tariff/compiled.ts";
import type { BillDraft } from "./bill-draft.ts";

/** Adds the lines of a charged quantity (beyond the allowance) in one band and returns their sum in minor units. */
export function addPricedUsage(
  draft: BillDraft,
  pricing: CompiledPricing,
  quantityMilli: number,
  divisor: number,
): number {
  if (pricing.kind === "graduated") return addGraduated(draft, pricing, quantityMilli, divisor);
  if (pricing.kind === "volume") return addVolume(draft, pricing, quantityMilli, divisor);
  return addPackages(draft, pricing, quantityMilli, divisor);
}

/** Each tier's own part at the tier's rate; a flat price is a single tier. */
function addGraduated(
  draft: BillDraft,
  pricing: CompiledPricing,
  quantityMilli: number,
  divisor: number,
): number {
  let sumMinor = 0;
  let fromMilli = 0;
  for (let tier = 0; fromMilli < quantityMilli; tier++) {
    const toMilli = pricing.upToMilli[tier] ?? Number.MAX_SAFE_INTEGER;
    const part = (quantityMilli < toMilli ? quantityMilli : toMilli) - fromMilli;
    const rateMicro = pricing.rateMicro[tier] ?? 0;
    const amount = multiplyDivide(part, rateMicro, divisor);
    draft.add(pricing.itemCodes[tier] ?? "", part, rateMicro, amount);
    draft.facts?.push({
      rule: pricing.upToMilli.length === 1 ? "unit-price" : "graduated-tier",
      subscriptionId: draft.subscriptionId,
      fromMilli,
      toMilli,
    });
    sumMinor += amount;
    fromMilli = toMilli;
  }
  return sumMinor;
}

/** All of the quantity at the rate of the tier it lies in, [from, to). */
function addVolume(
  draft: BillDraft,
  pricing: CompiledPricing,
  quantityMilli: number,
  divisor: number,
): number {
  const found = pricing.upToMilli.findIndex((end) => quantityMilli < end);
  const tier = found < 0 ? pricing.upToMilli.length - 1 : found;
  const rateMicro = pricing.rateMicro[tier] ?? 0;
  const amount = multiplyDivide(quantityMilli, rateMicro, divisor);
  draft.add(pricing.itemCodes[tier] ?? "", quantityMilli, rateMicro, amount);
  draft.facts?.push({
    rule: "volume-tier",
    subscriptionId: draft.subscriptionId,
    fromMilli: tier === 0 ? 0 : (pricing.upToMilli[tier - 1] ?? 0),
    toMilli: pricing.upToMilli[tier] ?? Number.MAX_SAFE_INTEGER,
  });
  return amount;
}

/** Begun packages at the price of a whole one. The line counts units, so that units charged still sum to units used. */
function addPackages(
  draft: BillDraft,
  pricing: CompiledPricing,
  quantityMilli: number,
  divisor: number,
): number {
  const rateMicro = pricing.rateMicro[0] ?? 0;
  const size = pricing.packageMilli;
  const rest = quantityMilli % size;
  const packages = (quantityMilli - rest) / size + (rest > 0 ? 1 : 0);
  const amount = multiplyDivide(packages, rateMicro, divisor / 1000);
  draft.add(pricing.itemCodes[0] ?? "", quantityMilli, rateMicro, amount);
  draft.facts?.push({ rule: "package", subscriptionId: draft.subscriptionId, sizeMilli: size, packages });
  return amount;
}
