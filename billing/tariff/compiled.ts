import type { BillingPeriod } from "../period.ts";
import type { LabelSource } from "./schema.ts";

/**
 * A tariff made ready for one period: texts are exact integers, names are looked up in maps, every item code is one shared
 * string. Objects of one kind all have the same fields in the same order, which is what keeps `billAccount` fast.
 *
 * Units in names: `Micro` = millionths (of the major currency unit, or of 1 for percentages), `Milli` = thousandths of the meter's
 * unit, `Minor` = minor currency units.
 */
export interface CompiledTariff {
  readonly code: string;
  readonly version: string;
  readonly currency: string;
  /** Decimals of the currency's minor unit. */
  readonly currencyExponent: number;
  readonly timeZone: string;
  readonly period: BillingPeriod;
  /** quantityMilli × rateMicro ÷ this = minor units. */
  readonly usageDivisor: number;
  /** Every item code a bill of this tariff may have; a code's position never changes for the same tariff. */
  readonly itemCodes: readonly string[];
  /** Position of an item code in `itemCodes`. */
  readonly itemIndex: ReadonlyMap<string, number>;
  readonly labels: ReadonlyMap<string, LabelSource>;
  readonly meters: readonly CompiledMeter[];
  readonly meterByCode: ReadonlyMap<string, CompiledMeter>;
  /** Number of meter × band combinations, a meter without bands counting as one. */
  readonly slotCount: number;
  readonly plans: ReadonlyMap<string, CompiledPlan>;
  readonly addOns: ReadonlyMap<string, CompiledAddOn>;
  readonly contract: ContractDiscount | null;
  readonly family: TenureDiscount | null;
  readonly longTerm: TenureDiscount | null;
  readonly addOnTier: AddOnTierDiscount | null;
  readonly birthday: BirthdayDiscount | null;
  readonly welfare: ReadonlyMap<string, CompiledWelfare>;
  readonly charges: ReadonlyMap<string, CompiledCharge>;
  readonly tax: { readonly itemCode: string; readonly percentMicro: number } | null;
  /** The total is rounded down to a multiple of this; 1 rounds nothing. */
  readonly roundToMinor: number;
}

export interface CompiledMeter {
  readonly code: string;
  readonly unit: string;
  /** Position in `CompiledTariff.meters`. */
  readonly index: number;
  readonly stepMilli: number;
  /** One entry with code "" where the meter has no time bands. */
  readonly bands: readonly CompiledBand[];
  readonly bandByCode: ReadonlyMap<string, CompiledBand>;
  /** Band code of each hour of the week, Monday 00:00 first, in the tariff's time zone; 168 entries. */
  readonly bandCodeByHour: readonly string[];
  readonly capCode: string;
}

export interface CompiledBand {
  readonly code: string;
  /** Position in the meter's bands. */
  readonly index: number;
  /** Position among all meter × band combinations of the tariff. */
  readonly slot: number;
  readonly includedCode: string;
}

export interface CompiledPlan {
  readonly code: string;
  readonly feeMicro: number;
  readonly feeMinor: number;
  readonly inAdvance: boolean;
  readonly suspendedFeeMicro: number;
  readonly suspendedFeeMinor: number;
  readonly activationFeeMicro: number;
  readonly activationFeeMinor: number;
  readonly feeCode: string;
  readonly nextFeeCode: string;
  readonly returnedFeeCode: string;
  readonly suspendedFeeCode: string;
  readonly activationFeeCode: string;
  /** By meter index; null where the plan has no price for the meter. */
  readonly usage: readonly (CompiledUsageRule | null)[];
}

export interface CompiledUsageRule {
  /** Allowance of a full period; -1 when the meter is unlimited. */
  readonly includedMilli: number;
  /** Most that the meter's charges can sum to; -1 without a cap. */
  readonly capMinor: number;
  readonly capMicro: number;
  /** By band index. */
  readonly pricing: readonly CompiledPricing[];
}

/** `flat` and `graduated` and `volume` are tiers; a flat price is one tier. */
export type PricingKind = "graduated" | "volume" | "package";

export interface CompiledPricing {
  readonly kind: PricingKind;
  readonly rateMicro: readonly number[];
  /** Exclusive upper end of each tier; the last is the greatest safe integer. */
  readonly upToMilli: readonly number[];
  readonly itemCodes: readonly string[];
  /** Size of a package, 0 for the other kinds. */
  readonly packageMilli: number;
}

export interface CompiledAddOn {
  readonly code: string;
  readonly itemCode: string;
  readonly feeMicro: number;
  readonly feeMinor: number;
  /** Allowance of a full period that the add-on brings, by meter index; 0 for none. */
  readonly includedMilli: readonly number[];
  readonly hasIncluded: boolean;
}

/** `bit` marks the discount as applied, `excludes` are the bits of those that may then not follow. */
export interface ContractDiscount {
  readonly itemCode: string;
  readonly bit: number;
  readonly excludes: number;
  readonly percentMicro: number;
  readonly ofRemaining: boolean;
  readonly terms: ReadonlySet<number>;
  readonly clawBackCode: string;
  readonly clawBackTaxable: boolean;
  /** Graduated months table by term of the contract; a term without one costs nothing when broken. */
  readonly clawBack: ReadonlyMap<number, readonly ClawBackTier[]>;
}

export interface ClawBackTier {
  readonly fromMonth: number;
  readonly toMonth: number;
  readonly percentMicro: number;
}

export interface TenureDiscount {
  readonly itemCode: string;
  readonly bit: number;
  readonly excludes: number;
  readonly ofRemaining: boolean;
  /** Full years of tenure from which each tier holds, ascending. */
  readonly fromYears: readonly number[];
  /** Last day of joining that gives each tier's years at the period's end. */
  readonly joinedBy: readonly number[];
  readonly percentMicro: readonly number[];
}

export interface AddOnTierDiscount {
  readonly itemCode: string;
  readonly bit: number;
  readonly excludes: number;
  readonly bySpend: boolean;
  /** Add-on spend in minor units, or number of add-ons, from which each tier holds, ascending. */
  readonly from: readonly number[];
  readonly amountMinor: readonly number[];
  readonly amountMicro: readonly number[];
}

export interface BirthdayDiscount {
  readonly itemCode: string;
  readonly bit: number;
  readonly excludes: number;
  readonly amountMinor: number;
  readonly amountMicro: number;
}

export interface CompiledWelfare {
  readonly code: string;
  readonly itemCode: string;
  /** Fixed part, taken off what is left of the plan fees. */
  readonly amountMinor: number;
  readonly percentMicro: number;
  readonly ofPlanFee: boolean;
  readonly ofUsage: boolean;
  /** Most that the class takes off in a period; the greatest safe integer without a cap. */
  readonly capMinor: number;
}

export interface CompiledCharge {
  readonly code: string;
  readonly itemCode: string;
  /** List price, or 0 when the charge is a percentage. */
  readonly priceMinor: number;
  /** Percentage of the base it is booked on (a late charge: of what is unpaid), or 0 for a list price. */
  readonly percentMicro: number;
}
