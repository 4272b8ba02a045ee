import { parsePeriod } from "../period.ts";
import { compileTariff } from "./compile.ts";
import type { LabelSource, Tariff } from "./schema.ts";

/** What a tariff calls its items in one language, by code, and the units of its meters. */
export interface TariffLabels<Locale extends keyof LabelSource> {
  readonly locale: Locale;
  readonly names: Map<string, string>;
  readonly units: Map<string, string>;
}

/** The names in both languages. A tariff that this version can no longer use (null) gives none: bills show their codes then. */
export function labelBooks(
  tariff: Tariff | null,
  period: string,
): { readonly ko: TariffLabels<"ko">; readonly en: TariffLabels<"en"> } {
  const books = { ko: emptyBook("ko"), en: emptyBook("en") };
  if (tariff === null) return books;
  const labels = compiledLabels(tariff, period);
  for (const { locale, names, units } of [books.ko, books.en]) {
    for (const [code, label] of labels) names.set(code, label[locale]);
    for (const meter of tariff.meters) {
      names.set(`usage:${meter.code}`, meter.label[locale]);
      units.set(meter.code, meter.unit);
      for (const band of meter.bands ?? []) names.set(`band:${band.code}`, band.label[locale]);
    }
  }
  return books;
}

function compiledLabels(tariff: Tariff, period: string): ReadonlyMap<string, LabelSource> {
  try {
    return compileTariff(tariff, parsePeriod(period)).labels;
  } catch (error) {
    if (error instanceof RangeError) return new Map();
    throw error;
  }
}

function emptyBook<Locale extends keyof LabelSource>(locale: Locale): TariffLabels<Locale> {
  return { locale, names: new Map(), units: new Map() };
}
