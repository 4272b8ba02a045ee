import { parseDecimal } from "../money/decimal.ts";
import type { MeterSource } from "./schema.ts";

const QUANTITY = /^([0-9.]+)(?:\s*([A-Za-z]+))?$/;

/**
 * Reads a quantity of a meter ("250", "3 GB") in thousandths of the meter's unit; the message of what is wrong otherwise.
 */
export function parseQuantity(
  text: string,
  meter: Pick<MeterSource, "code" | "unit" | "multiples">,
): number | string {
  const match = QUANTITY.exec(text);
  const number = match === null ? "not-a-decimal" : parseDecimal(match[1] ?? "", 3);
  if (match === null || number === "not-a-decimal")
    return `"${text}" is not a quantity; write 0 or more, e.g. 250 or with a unit of meter ${meter.code}`;
  if (number === "too-many-decimals") return `${text} has more than 3 decimals; round it to 3`;
  if (number === "too-large") return `${text} is too large; write a smaller quantity`;
  const unit = match[2];
  if (unit === undefined || unit === meter.unit) return number;
  const multiples = meter.multiples ?? {};
  const multiple = Object.hasOwn(multiples, unit) ? parseDecimal(multiples[unit] ?? "", 3) : "not-a-decimal";
  if (typeof multiple !== "number") {
    return `unknown unit "${unit}"; meter ${meter.code} knows ${[meter.unit, ...Object.keys(multiples)].join(", ")}`;
  }
  const milli = (BigInt(number) * BigInt(multiple)) / 1000n;
  return milli <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(milli)
    : `${text} is too large; write a smaller quantity`;
}
