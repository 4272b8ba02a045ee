import type { Locale } from "./locale.ts";

/** A currency and the decimals of its minor unit (KRW 0, USD 2). */
export interface Currency {
  readonly code: string;
  readonly minorDigits: number;
}

/** Formats one amount, in minor units. */
type MoneyFormat = (amountMinor: number) => string;

const formats = new Map<string, MoneyFormat>();

/** An amount as a member reads it: `28,030원`, `−5,000원`, `₩28,030`, `$12.34`. Exact for every safe integer. */
export function moneyText(amountMinor: number, currency: Currency, locale: Locale): string {
  return cached(`${locale}/${currency.code}/${currency.minorDigits}`, () =>
    locale === "ko" && currency.code === "KRW"
      ? wonFormat()
      : currencyFormat(locale === "ko" ? "ko-KR" : "en-US", currency, "narrowSymbol"),
  )(amountMinor);
}

/**
 * As `moneyText`, but in letters that an SMS of 160 characters can hold: `KRW 28,030`. Korean keeps `28,030원`, with a
 * hyphen before a credit: EUC-KR has no true minus, and a phone would show "?5,000원".
 */
export function plainMoneyText(amountMinor: number, currency: Currency, locale: Locale): string {
  if (locale === "ko") return moneyText(amountMinor, currency, locale).replaceAll("−", "-");
  return cached(`plain/${currency.code}/${currency.minorDigits}`, () => {
    const format = currencyFormat("en-US", currency, "code");
    return (amount) => format(amount).replaceAll("\u00a0", " ").replaceAll("−", "-");
  })(amountMinor);
}

function cached(key: string, create: () => MoneyFormat): MoneyFormat {
  let format = formats.get(key);
  if (format === undefined) {
    format = create();
    formats.set(key, format);
  }
  return format;
}

/** Koreans write won after the number; the symbol that `Intl` puts before it is for foreigners. */
function wonFormat(): MoneyFormat {
  const number = new Intl.NumberFormat("ko-KR", { maximumFractionDigits: 0 });
  return (amountMinor) => `${minusSign(number.format(amountMinor))}원`;
}

function currencyFormat(
  tag: string,
  { code, minorDigits }: Currency,
  display: "narrowSymbol" | "code",
): MoneyFormat {
  const format = new Intl.NumberFormat(tag, {
    style: "currency",
    currency: code,
    currencyDisplay: display,
    minimumFractionDigits: minorDigits,
    maximumFractionDigits: minorDigits,
  });
  if (minorDigits === 0) return (amountMinor) => minusSign(format.format(amountMinor));
  return (amountMinor) => minusSign(format.format(decimalText(amountMinor, minorDigits)));
}

/** The amount as a decimal in letters, which `Intl` formats exactly; a division would go through binary fractions. */
function decimalText(amountMinor: number, minorDigits: number): Intl.StringNumericLiteral {
  const digits = String(Math.abs(amountMinor)).padStart(minorDigits + 1, "0");
  const point = digits.length - minorDigits;
  const sign = amountMinor < 0 ? "-" : "";
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}` as Intl.StringNumericLiteral;
}

/** A hyphen before a credit is easily overlooked. */
function minusSign(text: string): string {
  return text.replace("-", "−");
}
