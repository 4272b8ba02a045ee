import { withRemark, type CodeBook } from "./code-book.ts";
import type {
  CompiledAddOn,
  CompiledMeter,
  CompiledPlan,
  CompiledPricing,
  CompiledUsageRule,
} from "./compiled.ts";
import { usageLabel } from "./compile-meters.ts";
import { exact, exactQuantity } from "./exact.ts";
import { itemCode } from "./item-codes.ts";
import type {
  AddOnSource,
  BandPricingSource,
  LabelSource,
  MeterSource,
  PlanSource,
  UsageRuleSource,
} from "./schema.ts";

const NEXT: LabelSource = { ko: "다음 달 선납", en: "next month in advance" };
const RETURNED: LabelSource = { ko: "선납 정산", en: "advance payment settled" };
const SUSPENDED: LabelSource = { ko: "일시정지", en: "suspended" };
const ACTIVATION: LabelSource = { ko: "가입비", en: "activation" };
const PACKAGES: LabelSource = { ko: "묶음", en: "packages" };

/** What plans and add-ons are compiled against. */
export interface PlanContext {
  readonly meters: readonly CompiledMeter[];
  readonly meterSources: readonly MeterSource[];
  readonly currencyExponent: number;
  readonly book: CodeBook;
}

/** One plan with its fees and, by meter index, its usage rules. */
export function compilePlan(source: PlanSource, context: PlanContext): CompiledPlan {
  const { book, currencyExponent } = context;
  const fee = source.fee ?? "0";
  const suspended = source.suspendedFee ?? "0";
  const activation = source.activationFee ?? "0";
  const { code, label } = source;
  return {
    code,
    feeMicro: exact(fee, 6),
    feeMinor: exact(fee, currencyExponent),
    inAdvance: source.feeDue === "advance",
    suspendedFeeMicro: exact(suspended, 6),
    suspendedFeeMinor: exact(suspended, currencyExponent),
    activationFeeMicro: exact(activation, 6),
    activationFeeMinor: exact(activation, currencyExponent),
    feeCode: book.add(itemCode.planFee(code), label),
    nextFeeCode: book.add(itemCode.nextPlanFee(code), withRemark(label, NEXT)),
    returnedFeeCode: book.add(itemCode.returnedPlanFee(code), withRemark(label, RETURNED)),
    suspendedFeeCode: book.add(itemCode.suspendedFee(code), withRemark(label, SUSPENDED)),
    activationFeeCode: book.add(itemCode.activationFee(code), withRemark(label, ACTIVATION)),
    usage: context.meters.map((meter) => {
      const meterSource = context.meterSources[meter.index];
      const rule = source.usage?.[meter.code];
      return rule === undefined || meterSource === undefined
        ? null
        : compileUsageRule(rule, meter, meterSource, context);
    }),
  };
}

/** One add-on with its fee and the allowances it brings. */
export function compileAddOn(source: AddOnSource, context: PlanContext): CompiledAddOn {
  const includedMilli = context.meterSources.map((meter) => {
    const included = source.included?.[meter.code];
    return included === undefined ? 0 : exactQuantity(included, meter);
  });
  return {
    code: source.code,
    itemCode: context.book.add(itemCode.addOn(source.code), source.label),
    feeMicro: exact(source.fee, 6),
    feeMinor: exact(source.fee, context.currencyExponent),
    includedMilli,
    hasIncluded: includedMilli.some((milli) => milli > 0),
  };
}

function compileUsageRule(
  rule: UsageRuleSource,
  meter: CompiledMeter,
  source: MeterSource,
  context: PlanContext,
): CompiledUsageRule {
  const unlimited = rule.included === "unlimited";
  return {
    includedMilli: unlimited ? -1 : rule.included === undefined ? 0 : exactQuantity(rule.included, source),
    capMinor: rule.cap === undefined ? -1 : exact(rule.cap, context.currencyExponent),
    capMicro: rule.cap === undefined ? -1 : exact(rule.cap, 6),
    pricing: unlimited
      ? []
      : meter.bands.map((band) =>
          compilePricing(rule.bands?.[band.code] ?? rule, source, band.code, context.book),
        ),
  };
}

function compilePricing(
  pricing: BandPricingSource,
  meter: MeterSource,
  band: string,
  book: CodeBook,
): CompiledPricing {
  const label = usageLabel(meter, band);
  if (pricing.package !== undefined) {
    return {
      kind: "package",
      rateMicro: [exact(pricing.package.price, 6)],
      upToMilli: [Number.MAX_SAFE_INTEGER],
      itemCodes: [book.add(itemCode.package(meter.code, band), withRemark(label, PACKAGES))],
      packageMilli: exactQuantity(pricing.package.size, meter),
    };
  }
  const tiers = pricing.tiers;
  if (tiers === undefined) {
    return {
      kind: "graduated",
      rateMicro: [exact(pricing.price ?? "0", 6)],
      upToMilli: [Number.MAX_SAFE_INTEGER],
      itemCodes: [book.add(itemCode.usage(meter.code, band), label)],
      packageMilli: 0,
    };
  }
  return {
    kind: pricing.tiering ?? "graduated",
    rateMicro: tiers.map((tier) => exact(tier.price, 6)),
    upToMilli: tiers.map((tier) =>
      tier.to === undefined ? Number.MAX_SAFE_INTEGER : exactQuantity(tier.to, meter),
    ),
    itemCodes: tiers.map((_, index) => {
      const number = String(index + 1);
      const remark = { ko: `${number}구간`, en: `tier ${number}` };
      return book.add(itemCode.tier(meter.code, band, index + 1), withRemark(label, remark));
    }),
    packageMilli: 0,
  };
}
