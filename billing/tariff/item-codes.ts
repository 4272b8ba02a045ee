/**
 * Item codes: `group:name[:part…]`. They are snapshots in bills, so a code, once published, keeps its meaning.
 *
 * Every item of a bill whose code starts with `usage:` counts units of its meter, and nothing else does: the sum of their
 * `quantityMilli` is the usage of the account.
 */
const USAGE_PREFIX = "usage:";

export const itemCode = {
  planFee: (plan: string) => `plan:${plan}`,
  nextPlanFee: (plan: string) => `plan:${plan}:next`,
  returnedPlanFee: (plan: string) => `plan:${plan}:returned`,
  suspendedFee: (plan: string) => `suspended:${plan}`,
  activationFee: (plan: string) => `activation:${plan}`,
  addOn: (addOn: string) => `add-on:${addOn}`,
  usage: (meter: string, band: string) => `${USAGE_PREFIX}${meter}${band === "" ? "" : `:${band}`}`,
  included: (meter: string, band: string) => `${itemCode.usage(meter, band)}:included`,
  tier: (meter: string, band: string, number: number) =>
    `${itemCode.usage(meter, band)}:tier-${String(number)}`,
  package: (meter: string, band: string) => `${itemCode.usage(meter, band)}:package`,
  cap: (meter: string) => `cap:${meter}`,
  discount: (discount: string) => `discount:${discount}`,
  clawBack: (discount: string) => `claw-back:${discount}`,
  welfare: (welfareClass: string) => `welfare:${welfareClass}`,
  charge: (charge: string) => `charge:${charge}`,
  tax: (tax: string) => `tax:${tax}`,
} as const;

/** Corrections by hand, before and after tax. */
export const TAXABLE_ADJUSTMENT = "adjustment:taxable";
export const FINAL_ADJUSTMENT = "adjustment:final";

/** Credits beyond what there was to pay: the amount (positive) to be credited again in the next period, by kind. */
export const TAXABLE_CREDIT_LEFT = "credit-left:taxable";
export const FINAL_CREDIT_LEFT = "credit-left:final";

/** The line that brings the total down to a round amount. */
export const ROUNDING = "rounding";

/** Whether the item's quantity is usage: allowance and charged parts, of every band and tier. */
export function isUsageItem(code: string): boolean {
  return code.startsWith(USAGE_PREFIX);
}

/** Meter whose units a usage item counts, or null when the item counts none. */
export function meterOfItem(code: string): string | null {
  if (!isUsageItem(code)) return null;
  const end = code.indexOf(":", USAGE_PREFIX.length);
  return end < 0 ? code.slice(USAGE_PREFIX.length) : code.slice(USAGE_PREFIX.length, end);
}
