import type { DiscountSource } from "./schema.ts";

/**
 * The order in which discounts are computed, whatever their order in the file: percentages on the plan fee, then fixed
 * amounts. Welfare comes after all of them. A discount can exclude only kinds that stand behind it.
 */
export const DISCOUNT_ORDER: readonly DiscountSource["kind"][] = [
  "contract",
  "familyTenure",
  "longTerm",
  "addOnTier",
  "birthday",
];
