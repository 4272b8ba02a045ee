import { language } from "./preferences.ts";

const locale = (): string => (language() === "ko" ? "ko-KR" : "en-GB");
const fractionDigits: Readonly<Record<string, number>> = { KRW: 0, JPY: 0 };

/** `1,234,567`; a dash for what is not known. */
export function count(value: number | string | null | undefined): string {
  if (value == null || value === "") return "–";
  return typeof value === "number" ? value.toLocaleString(locale()) : BigInt(value).toLocaleString(locale());
}

/** Minor units, which can be beyond what a number holds exactly, as an amount: `62,700 KRW`, `12.34 USD`. */
export function money(minor: string | number | null | undefined, currency: string): string {
  if (minor == null || minor === "") return "–";
  const digits = fractionDigits[currency] ?? 2;
  const value = BigInt(minor);
  const scale = 10n ** BigInt(digits);
  const size = value < 0n ? -value : value;
  const fraction = digits === 0 ? "" : `.${String(size % scale).padStart(digits, "0")}`;
  return `${value < 0n ? "−" : ""}${(size / scale).toLocaleString(locale())}${fraction} ${currency}`;
}

/** `12.3%` of a share between 0 and 1. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toLocaleString(locale(), { maximumFractionDigits: digits })}%`;
}

/** Day and time in the browser's zone, to the second when asked. */
export function instant(value: string | null | undefined, seconds = false): string {
  if (value == null || value === "") return "–";
  const options: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit" };
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (seconds) time.second = "2-digit";
  return new Date(value).toLocaleString(locale(), { ...options, ...time });
}

/** Time of the day, to the second. */
export function timeOfDay(value: string): string {
  const options: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  return new Date(value).toLocaleTimeString(locale(), { ...options, hourCycle: "h23" });
}

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** `3 minutes ago`, `in 2 hours`. */
export function ago(value: string | null | undefined, nowMs = Date.now()): string {
  if (value == null || value === "") return "–";
  const seconds = Math.round((Date.parse(value) - nowMs) / 1_000);
  const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** `1 h 3 min`, `4.2 s`, `310 ms`. */
export function duration(milliseconds: number | null | undefined): string {
  if (milliseconds == null) return "–";
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  const [hour, minute, second] = language() === "ko" ? ["시간", "분", "초"] : ["h", "min", "s"];
  if (minutes < 60) return `${minutes} ${minute} ${Math.floor((milliseconds % 60_000) / 1_000)} ${second}`;
  return `${Math.floor(minutes / 60)} ${hour} ${minutes % 60} ${minute}`;
}

/** First 12 of a digest: enough to compare by eye. */
export const shortDigest = (digest: string | null | undefined): string =>
  digest == null || digest === "" ? "–" : digest.slice(0, 12);
