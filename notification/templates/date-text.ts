import type { Locale } from "./locale.ts";

const DAY_MS = 86_400_000;

/** The texts of one bill run's few dates, by locale and date: formatted once, not once a bill. */
const texts = new Map<string, string>();

/** A calendar day `2026-11-25` as a member reads it: `2026년 11월 25일(수)`, `November 25, 2026 (Wed)`. */
export function dayText(day: string, locale: Locale): string {
  return cached(`day/${locale}/${day}`, () => {
    const dayMs = Date.parse(day);
    const date = format(locale, { year: "numeric", month: "long", day: "numeric" }, dayMs);
    return `${date}${locale === "ko" ? "" : " "}(${format(locale, { weekday: "short" }, dayMs)})`;
  });
}

/** A day in few letters, for an SMS: `11/25`, `Nov 25`. */
export function shortDayText(day: string, locale: Locale): string {
  return cached(`short/${locale}/${day}`, () => {
    if (locale === "ko") return `${Number(day.slice(5, 7))}/${Number(day.slice(8, 10))}`;
    return format(locale, { month: "short", day: "numeric" }, Date.parse(day));
  });
}

/** A billing period `2026-10`: `2026년 10월`, `October 2026`. */
export function periodText(period: string, locale: Locale): string {
  return cached(`period/${locale}/${period}`, () =>
    format(locale, { year: "numeric", month: "long" }, Date.parse(`${period}-01`)),
  );
}

/** A billing period in few letters: `10월`, `Oct`. */
export function shortPeriodText(period: string, locale: Locale): string {
  return cached(`month/${locale}/${period}`, () =>
    format(locale, { month: "short" }, Date.parse(`${period}-01`)),
  );
}

/** First and last day of a billing period: `2026. 10. 1. – 10. 31.`, `October 1 – 31, 2026`. */
export function periodDaysText(period: string, locale: Locale): string {
  return cached(`days/${locale}/${period}`, () => {
    const [year, month] = [Number(period.slice(0, 4)), Number(period.slice(5, 7))];
    const lastDay = new Date(Date.UTC(year, month, 1) - DAY_MS).getUTCDate();
    if (locale === "ko") return `${year}. ${month}. 1. – ${month}. ${lastDay}.`;
    return `${format(locale, { month: "long" }, Date.parse(`${period}-01`))} 1 – ${lastDay}, ${year}`;
  });
}

function cached(key: string, create: () => string): string {
  let text = texts.get(key);
  if (text === undefined) {
    text = create();
    if (texts.size >= 1_000) texts.clear();
    texts.set(key, text);
  }
  return text;
}

/** Calendar days have no zone; all of them are handled as UTC midnights. */
function format(locale: Locale, style: Intl.DateTimeFormatOptions, utcMs: number): string {
  const tag = locale === "ko" ? "ko-KR" : "en-US";
  return new Intl.DateTimeFormat(tag, { ...style, timeZone: "UTC" }).format(utcMs);
}
