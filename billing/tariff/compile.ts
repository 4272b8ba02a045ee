import { formatEpochDay, parseEpochDay } from "../epoch-day.ts";
import { currencyExponent } from "../money/currency.ts";
import type { BillingPeriod } from "../period.ts";
import { CodeBook } from "./code-book.ts";
import type { CompiledCharge, CompiledTariff, CompiledWelfare } from "./compiled.ts";
import { compileDiscounts } from "./compile-discounts.ts";
import { compileMeters } from "./compile-meters.ts";
import { compileAddOn, compilePlan } from "./compile-plans.ts";
import { exact, percentMicro } from "./exact.ts";
import {
  FINAL_ADJUSTMENT,
  FINAL_CREDIT_LEFT,
  itemCode,
  ROUNDING,
  TAXABLE_ADJUSTMENT,
  TAXABLE_CREDIT_LEFT,
} from "./item-codes.ts";
import type { Tariff } from "./schema.ts";

/**
 * Prepares a checked tariff for billing one period; done once a process. Throws a RangeError when the tariff is not in force
 * on every day of the period.
 */
export function compileTariff(tariff: Tariff, period: BillingPeriod): CompiledTariff {
  refuseWrongPeriod(tariff, period);
  const exponent = currencyExponent(tariff.currency) ?? 0;
  const book = new CodeBook();
  const meters = compileMeters(tariff.meters, book);
  const context = { meters, meterSources: tariff.meters, currencyExponent: exponent, book };
  const plans = new Map(tariff.plans.map((plan) => [plan.code, compilePlan(plan, context)]));
  const addOns = new Map(tariff.addOns.map((addOn) => [addOn.code, compileAddOn(addOn, context)]));
  const discounts = compileDiscounts({ sources: tariff.discounts, currencyExponent: exponent, period, book });
  const welfare = compileWelfare(tariff, exponent, book);
  const charges = compileCharges(tariff, exponent, book);
  const tax = compileTax(tariff, book);
  addFixedCodes(book);
  return {
    code: tariff.tariff,
    version: tariff.version,
    currency: tariff.currency,
    currencyExponent: exponent,
    timeZone: tariff.timeZone,
    period,
    usageDivisor: 10 ** (9 - exponent),
    itemCodes: book.codes,
    itemIndex: new Map(book.codes.map((code, index) => [code, index])),
    labels: book.labels,
    meters,
    meterByCode: new Map(meters.map((meter) => [meter.code, meter])),
    slotCount: meters.reduce((count, meter) => count + meter.bands.length, 0),
    plans,
    addOns,
    ...discounts,
    welfare,
    charges,
    tax,
    roundToMinor: tariff.rounding === undefined ? 1 : exact(tariff.rounding.to, exponent),
  };
}

function refuseWrongPeriod(tariff: Tariff, period: BillingPeriod): void {
  const from = parseEpochDay(tariff.effective.from) ?? 0;
  const to = tariff.effective.to === undefined ? null : parseEpochDay(tariff.effective.to);
  if (from > period.start || (to !== null && to < period.end - 1)) {
    throw new RangeError(
      `tariff ${tariff.tariff} ${tariff.version} is in force from ${tariff.effective.from} to ${tariff.effective.to ?? "further notice"}, ` +
        `not on every day from ${formatEpochDay(period.start)} to ${formatEpochDay(period.end - 1)}`,
    );
  }
}

function compileWelfare(tariff: Tariff, exponent: number, book: CodeBook): Map<string, CompiledWelfare> {
  return new Map(
    tariff.welfare.map((source) => [
      source.code,
      {
        code: source.code,
        itemCode: book.add(itemCode.welfare(source.code), source.label),
        amountMinor: exact(source.amount ?? "0", exponent),
        percentMicro: percentMicro(source.percent ?? "0"),
        ofPlanFee: source.of?.includes("planFee") ?? false,
        ofUsage: source.of?.includes("usage") ?? false,
        capMinor: source.cap === undefined ? Number.MAX_SAFE_INTEGER : exact(source.cap, exponent),
      },
    ]),
  );
}

function compileCharges(tariff: Tariff, exponent: number, book: CodeBook): Map<string, CompiledCharge> {
  return new Map(
    tariff.charges.map((source) => [
      source.code,
      {
        code: source.code,
        itemCode: book.add(itemCode.charge(source.code), source.label),
        priceMinor: exact(source.price ?? "0", exponent),
        percentMicro: percentMicro(source.percent ?? "0"),
      },
    ]),
  );
}

function compileTax(tariff: Tariff, book: CodeBook): CompiledTariff["tax"] {
  if (tariff.tax === undefined) return null;
  return {
    itemCode: book.add(itemCode.tax(tariff.tax.code), tariff.tax.label),
    percentMicro: percentMicro(tariff.tax.percent),
  };
}

function addFixedCodes(book: CodeBook): void {
  book.add(TAXABLE_ADJUSTMENT, { ko: "조정 (과세)", en: "Adjustment (before tax)" });
  book.add(FINAL_ADJUSTMENT, { ko: "조정 (세후)", en: "Adjustment (after tax)" });
  book.add(TAXABLE_CREDIT_LEFT, {
    ko: "다음 달로 이월되는 할인·환급 (과세)",
    en: "Credit left for the next bill (before tax)",
  });
  book.add(FINAL_CREDIT_LEFT, {
    ko: "다음 달로 이월되는 환급 (세후)",
    en: "Credit left for the next bill (after tax)",
  });
  book.add(ROUNDING, { ko: "원단위 절사", en: "Rounding" });
}
