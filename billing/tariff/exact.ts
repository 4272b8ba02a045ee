import { parseDecimal } from "../money/decimal.ts";
import { parseQuantity } from "./quantity.ts";
import type { MeterSource } from "./schema.ts";

/** Integer of `10^-scale` units of a checked text; throws when the tariff was not checked by `parseTariff` first. */
export function exact(text: string, scale: number): number {
  const value = parseDecimal(text, scale);
  if (typeof value === "string")
    throw new TypeError(`unchecked tariff: ${text} is ${value} at ${String(scale)} decimals`);
  return value;
}

/** Thousandths of the meter's unit of a checked quantity. */
export function exactQuantity(text: string, meter: MeterSource): number {
  const value = parseQuantity(text, meter);
  if (typeof value === "string") throw new TypeError(`unchecked tariff: ${value}`);
  return value;
}

/** Millionths of 1 of a percentage: "25" is 250,000. */
export function percentMicro(text: string): number {
  return exact(text, 4);
}
