import type { Locale } from "./locale.ts";

const MEGABYTE_KB = 1_024;
const GIGABYTE_KB = 1_048_576;

const numbers: Readonly<Record<Locale, Intl.NumberFormat>> = {
  ko: new Intl.NumberFormat("ko-KR", { maximumFractionDigits: 2 }),
  en: new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 }),
};

/**
 * A quantity in thousandths of its unit as a member reads it: seconds as hours, minutes and seconds, kilobytes as
 * megabytes or gigabytes, days and messages counted. Rounded for reading; the bill's own figures stand in its items.
 */
export function quantityText(quantityMilli: number, unit: string, locale: Locale): string {
  const quantity = quantityMilli / 1_000;
  switch (unit) {
    case "s":
      return durationText(Math.round(quantity), locale);
    case "KB":
      return dataText(quantity, locale);
    case "day":
      return locale === "ko" ? `${numbers.ko.format(quantity)}일` : plural(quantity, "day");
    case "message":
      return locale === "ko" ? `${numbers.ko.format(quantity)}건` : plural(quantity, "message");
    default:
      return `${numbers[locale].format(quantity)} ${unit}`;
  }
}

/** A rate in millionths of 1 as a percentage: 250000 → `25%`. */
export function percentText(rateMicro: number): string {
  return `${numbers.en.format(rateMicro / 10_000)}%`;
}

function durationText(totalSeconds: number, locale: Locale): string {
  const hours = Math.floor(totalSeconds / 3_600);
  const minutes = Math.floor((totalSeconds % 3_600) / 60);
  const seconds = totalSeconds % 60;
  const [h, m, s] = locale === "ko" ? ["시간", "분", "초"] : [" h", " min", " s"];
  const parts: string[] = [];
  if (hours > 0) parts.push(`${numbers[locale].format(hours)}${h}`);
  if (minutes > 0) parts.push(`${minutes}${m}`);
  if (seconds > 0 || parts.length === 0) parts.push(`${seconds}${s}`);
  return parts.join(" ");
}

function dataText(kilobytes: number, locale: Locale): string {
  const number = numbers[locale];
  if (kilobytes >= GIGABYTE_KB) return `${number.format(kilobytes / GIGABYTE_KB)} GB`;
  if (kilobytes >= MEGABYTE_KB) return `${number.format(kilobytes / MEGABYTE_KB)} MB`;
  return `${number.format(kilobytes)} KB`;
}

function plural(quantity: number, noun: string): string {
  return `${numbers.en.format(quantity)} ${noun}${quantity === 1 ? "" : "s"}`;
}
