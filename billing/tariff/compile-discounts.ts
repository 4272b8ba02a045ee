import { toEpochDay } from "../epoch-day.ts";
import type { BillingPeriod } from "../period.ts";
import type { CodeBook } from "./code-book.ts";
import type {
  AddOnTierDiscount,
  BirthdayDiscount,
  ClawBackTier,
  CompiledTariff,
  ContractDiscount,
  TenureDiscount,
} from "./compiled.ts";
import { DISCOUNT_ORDER } from "./discount-order.ts";
import { exact, percentMicro } from "./exact.ts";
import { itemCode } from "./item-codes.ts";
import type { DiscountSource } from "./schema.ts";

type Source<K extends DiscountSource["kind"]> = Extract<DiscountSource, { kind: K }>;

interface DiscountContext {
  readonly sources: readonly DiscountSource[];
  readonly currencyExponent: number;
  readonly period: BillingPeriod;
  readonly book: CodeBook;
}

/** The discounts of a tariff by kind; null where the tariff has none of that kind. */
export function compileDiscounts(
  context: DiscountContext,
): Pick<CompiledTariff, "contract" | "family" | "longTerm" | "addOnTier" | "birthday"> {
  const contract = find(context, "contract");
  const family = find(context, "familyTenure");
  const longTerm = find(context, "longTerm");
  const addOnTier = find(context, "addOnTier");
  const birthday = find(context, "birthday");
  return {
    contract: contract === null ? null : compileContract(contract, context),
    family: family === null ? null : compileTenure(family, context),
    longTerm: longTerm === null ? null : compileTenure(longTerm, context),
    addOnTier: addOnTier === null ? null : compileAddOnTier(addOnTier, context),
    birthday: birthday === null ? null : compileBirthday(birthday, context),
  };
}

function find<K extends DiscountSource["kind"]>(context: DiscountContext, kind: K): Source<K> | null {
  return context.sources.find((source): source is Source<K> => source.kind === kind) ?? null;
}

function identity(source: DiscountSource, context: DiscountContext) {
  let excludes = 0;
  for (const code of source.excludes ?? []) {
    const excluded = context.sources.find((candidate) => candidate.code === code);
    if (excluded !== undefined) excludes |= bitOf(excluded);
  }
  return {
    itemCode: context.book.add(itemCode.discount(source.code), source.label),
    bit: bitOf(source),
    excludes,
  };
}

function bitOf(source: DiscountSource): number {
  return 1 << DISCOUNT_ORDER.indexOf(source.kind);
}

function compileContract(source: Source<"contract">, context: DiscountContext): ContractDiscount {
  const clawBack = new Map<number, readonly ClawBackTier[]>();
  for (const [term, tiers] of Object.entries(source.clawBack?.terms ?? {})) {
    clawBack.set(
      Number(term),
      tiers.map((tier) => ({
        fromMonth: exact(tier.from, 0),
        toMonth: exact(tier.to, 0),
        percentMicro: percentMicro(tier.percent),
      })),
    );
  }
  return {
    ...identity(source, context),
    percentMicro: percentMicro(source.percent),
    ofRemaining: source.of === "remaining",
    terms: new Set(source.terms.map(Number)),
    clawBackCode:
      source.clawBack === undefined
        ? ""
        : context.book.add(itemCode.clawBack(source.code), source.clawBack.label),
    clawBackTaxable: source.clawBack?.taxable === "true",
    clawBack,
  };
}

function compileTenure(
  source: Source<"familyTenure" | "longTerm">,
  context: DiscountContext,
): TenureDiscount {
  const { year, month } = context.period;
  const fromYears = source.tiers.map((tier) => exact(tier.from, 0));
  return {
    ...identity(source, context),
    ofRemaining: source.of === "remaining",
    fromYears,
    // The day after the period's last is the first of a month, so "N years ago" always exists.
    joinedBy: fromYears.map((years) =>
      toEpochDay(month === 12 ? year + 1 - years : year - years, (month % 12) + 1, 1),
    ),
    percentMicro: source.tiers.map((tier) => percentMicro(tier.percent)),
  };
}

function compileAddOnTier(source: Source<"addOnTier">, context: DiscountContext): AddOnTierDiscount {
  const bySpend = source.measure === "spend";
  return {
    ...identity(source, context),
    bySpend,
    from: source.tiers.map((tier) => exact(tier.from, bySpend ? context.currencyExponent : 0)),
    amountMinor: source.tiers.map((tier) => exact(tier.amount, context.currencyExponent)),
    amountMicro: source.tiers.map((tier) => exact(tier.amount, 6)),
  };
}

function compileBirthday(source: Source<"birthday">, context: DiscountContext): BirthdayDiscount {
  return {
    ...identity(source, context),
    amountMinor: exact(source.amount, context.currencyExponent),
    amountMicro: exact(source.amount, 6),
  };
}
