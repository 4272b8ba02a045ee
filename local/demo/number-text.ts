import type { StageResult } from "./progress.ts";

const count = new Intl.NumberFormat("en");

/** `1,234,567`. */
export function countText(value: number | bigint): string {
  return count.format(value);
}

/** `12 s`, `3 min 5 s`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** One finished stage in a line. */
export function stageText({ name, seconds, perSecond, unit, count: units }: StageResult): string {
  const rate = units === 0 ? "" : `  ${countText(units)} ${unit}, ${countText(perSecond)}/s`;
  return `${name.padEnd(16)} ${seconds.toFixed(1).padStart(7)} s${rate}`;
}

/** An amount in minor units with its currency: `1,234 KRW`, `12.34 USD`. */
export function amountText(amountMinor: bigint, currency: string): string {
  const digits =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const scale = 10n ** BigInt(digits);
  const fraction = digits === 0 ? "" : `.${String(amountMinor % scale).padStart(digits, "0")}`;
  return `${count.format(amountMinor / scale)}${fraction} ${currency}`;
}
