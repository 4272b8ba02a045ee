const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Why a text is no decimal of the wanted scale. */
export type DecimalProblem = "not-a-decimal" | "too-many-decimals" | "too-large";

/**
 * Reads a decimal text as an integer of `10^-scale` units without a binary fraction on the way: ("1.98", 6) is 1,980,000.
 * Trailing zeros beyond the scale are allowed.
 */
export function parseDecimal(text: string, scale: number): number | DecimalProblem {
  const match = DECIMAL.exec(text);
  if (match === null) return "not-a-decimal";
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > scale) return "too-many-decimals";
  const value = Number(`${match[2] ?? ""}${fraction.padEnd(scale, "0")}`);
  if (!Number.isSafeInteger(value)) return "too-large";
  return match[1] === "-" ? 0 - value : value;
}

/** Plain text of an integer of `10^-scale` units, without trailing zeros beyond `minimumDecimals`: (1980000, 6) is "1.98". */
export function formatDecimal(value: number, scale: number, minimumDecimals = 0): string {
  const digits = String(Math.abs(value)).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let fraction = digits.slice(digits.length - scale);
  while (fraction.length > minimumDecimals && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return `${value < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** `formatDecimal` with commas between thousands, for people. */
export function formatGrouped(value: number, scale: number, minimumDecimals = 0): string {
  const [whole = "", fraction] = formatDecimal(value, scale, minimumDecimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
