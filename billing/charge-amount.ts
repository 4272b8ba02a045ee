import { multiplyDivide } from "./money/multiply-divide.ts";
import type { CompiledTariff } from "./tariff/compiled.ts";

/**
 * What to book for a one-off charge of the tariff: its list price, or its percentage of `baseMinor` (a late charge: of what is unpaid at
 * the month's end), half-up to the minor unit. Null when the tariff has no such charge. Whoever books the adjustment calls
 * this; the bill then takes the booked amount as it is.
 */
export function chargeAmountMinor(tariff: CompiledTariff, charge: string, baseMinor: number): number | null {
  const found = tariff.charges.get(charge);
  if (found === undefined) return null;
  return found.percentMicro > 0 ? multiplyDivide(baseMinor, found.percentMicro, 1_000_000) : found.priceMinor;
}
