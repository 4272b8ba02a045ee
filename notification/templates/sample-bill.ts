import { buildBillView, type BillFacts } from "./build-bill-view.ts";
import type { BillView } from "./bill-view.ts";
import type { LabelBook } from "./line-label.ts";
import type { Locale } from "./locale.ts";

const NAMES: Readonly<Record<Locale, readonly (readonly [string, string])[]>> = {
  ko: [
    ["plan:kr-5g-30", "5G 라이트 30"],
    ["add-on:music", "음악 감상"],
    ["usage:data", "데이터"],
    ["usage:voice", "음성통화"],
    ["discount:contract", "선택약정할인"],
    ["discount:birthday", "생일할인"],
    ["tax:vat", "부가가치세"],
  ],
  en: [
    ["plan:kr-5g-30", "5G Light 30"],
    ["add-on:music", "Music"],
    ["usage:data", "Data"],
    ["usage:voice", "Voice"],
    ["discount:contract", "Contract discount"],
    ["discount:birthday", "Birthday discount"],
    ["tax:vat", "VAT"],
  ],
};

/** Labels of the sample bill's lines: what the reference tariff calls them. */
export function sampleLabels(locale: Locale): LabelBook {
  const units = new Map([
    ["data", "KB"],
    ["voice", "s"],
  ]);
  return { locale, names: new Map(NAMES[locale]), units };
}

/** The bill that tests, the benchmark and a template's preview show: 32,320 won in nine lines. */
export const SAMPLE_FACTS: BillFacts = {
  carrier: {
    name: "Hanbit Mobile",
    supportPhone: "1588-0000",
    supportEmail: "care@hanbit.example",
    websiteUrl: "https://hanbit.example",
    logoUrl: "",
  },
  memberName: "김하늘",
  maskedNumber: "010-****-1234",
  billNumber: "2026100000000001",
  period: "2026-10",
  dueOn: "2026-11-25",
  currency: { code: "KRW", minorDigits: 0 },
  totalMinor: 32_320,
  toldMinor: null,
  payment: "unpaid",
  billUrl: "https://hanbit.example/bills/2026100000000001",
  lines: [
    { code: "plan:kr-5g-30", quantityMilli: 20_000, rateMicro: 30_000_000_000, amountMinor: 20_000 },
    { code: "add-on:music", quantityMilli: 0, rateMicro: 6_900_000_000, amountMinor: 6_900 },
    { code: "usage:voice:included", quantityMilli: 5_025_000, rateMicro: 0, amountMinor: 0 },
    { code: "usage:data:included", quantityMilli: 2_097_152_000, rateMicro: 0, amountMinor: 0 },
    { code: "usage:data", quantityMilli: 524_288_000, rateMicro: 20_000, amountMinor: 10_486 },
    { code: "discount:contract", quantityMilli: 0, rateMicro: 250_000, amountMinor: -5_000 },
    { code: "discount:birthday", quantityMilli: 0, rateMicro: 3_000_000_000, amountMinor: -3_000 },
    { code: "tax:vat", quantityMilli: 0, rateMicro: 100_000, amountMinor: 2_939 },
    { code: "rounding", quantityMilli: 0, rateMicro: 0, amountMinor: -5 },
  ],
};

/** The sample bill formatted, with changes. */
export function sampleView(locale: Locale, changes: Partial<BillFacts> = {}): BillView {
  return buildBillView({ ...SAMPLE_FACTS, ...changes }, sampleLabels(locale));
}
