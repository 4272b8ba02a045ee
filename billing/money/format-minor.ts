import { currencyExponent } from "./currency.ts";

/** An amount in minor units as text with thousands separators and its currency: `28,030 KRW`, `12.50 USD`. Exact. */
export function formatMinor(minor: bigint | number, currency: string): string {
  const exponent = currencyExponent(currency) ?? 0;
  const value = BigInt(minor);
  const digits = (value < 0n ? -value : value).toString().padStart(exponent + 1, "0");
  const whole = BigInt(digits.slice(0, digits.length - exponent)).toLocaleString("en-US");
  const fraction = exponent === 0 ? "" : `.${digits.slice(-exponent)}`;
  return `${value < 0n ? "-" : ""}${whole}${fraction} ${currency}`;
}
