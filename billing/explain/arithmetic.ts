import { formatGrouped } from "../money/decimal.ts";

/** Writes numbers the way a person types them into a calculator, in one currency. */
export interface NumberText {
  money(minor: number): string;
  quantity(milli: number): string;
  rate(micro: number): string;
  percent(micro: number): string;
}

export function numberText(currencyExponent: number): NumberText {
  return {
    money: (minor) => formatGrouped(minor, currencyExponent, currencyExponent),
    quantity: (milli) => formatGrouped(milli, 3),
    rate: (micro) => formatGrouped(micro, 6),
    percent: (micro) => `${formatGrouped(micro, 4)} %`,
  };
}

/** `expression = exact → rounded`; the last step only where rounding changed the number. */
export function conclude(expression: string, exact: string, rounded: string): string {
  if (exact === rounded || Number(exact.replaceAll(",", "")) === Number(rounded.replaceAll(",", "")))
    return `${expression} = ${rounded}`;
  return `${expression} = ${exact} → ${rounded}`;
}

/** All decimals of a × b, where both are integers of `10^-scale` units. */
export function exactProduct(a: number, b: number, scale: number): string {
  return group(BigInt(a) * BigInt(b), scale);
}

/** a × b ÷ c in `10^-scale` units, cut off after four more decimals (marked with …) where it does not end. */
export function quotient(a: number, b: number, c: number, scale: number): string {
  const scaled = BigInt(a) * BigInt(b) * 10_000n;
  const text = group(scaled / BigInt(c), scale + 4);
  return scaled % BigInt(c) === 0n ? text : `${text}…`;
}

function group(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
