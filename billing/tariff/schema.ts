import { z } from "zod";
import { currencyExponent } from "../money/currency.ts";
import { parseEpochDay } from "../epoch-day.ts";
import { parseDecimal } from "../money/decimal.ts";

/**
 * The shape of a tariff file. Every scalar is a text (the YAML is read without number types), so that 22.528 never becomes
 * a binary fraction. Rules that need more than one field stand in `checks.ts`.
 */

const decimal = (what: string, decimals: number) =>
  z.string().superRefine((text, context) => {
    const value = parseDecimal(text, decimals);
    if (value === "not-a-decimal")
      context.addIssue(`"${text}" is not ${what}; write a decimal number such as 12.5`);
    else if (value === "too-many-decimals")
      context.addIssue(`${text} has more than ${String(decimals)} decimals; round it to ${String(decimals)}`);
    else if (value === "too-large")
      context.addIssue(`${text} is too large to be ${what}; write a smaller number`);
    else if (value < 0)
      context.addIssue(`${what} is negative (${text}); write 0 or more, credits are adjustments`);
  });

const code = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
    "a code is 1 to 40 letters, digits, dots, dashes; it starts with a letter or digit",
  );

const date = z
  .string()
  .refine((text) => parseEpochDay(text) !== null, "write a date of the calendar as YYYY-MM-DD");

const label = z.strictObject({ ko: z.string().min(1), en: z.string().min(1) });

/** Decimals of a price per unit, a fee before its currency is known, and of percentages. */
const price = decimal("a price", 6);
const percent = decimal("a percentage", 4).refine(
  (text) => Number(text) <= 100,
  "a percentage is at most 100; write 25 for 25 %",
);
const wholeNumber = decimal("a whole number", 0);
const quantity = z.string();

const tier = z.strictObject({ from: quantity, to: quantity.optional(), price });
const bandPricing = z.strictObject({
  price: price.optional(),
  tiering: z.enum(["graduated", "volume"]).optional(),
  tiers: z.array(tier).min(1).optional(),
  package: z.strictObject({ size: quantity, price }).optional(),
});
const usageRule = bandPricing.extend({
  included: quantity.optional(),
  cap: price.optional(),
  bands: z.record(z.string(), bandPricing).optional(),
});

const meter = z.strictObject({
  code,
  label,
  unit: z.string().min(1),
  step: decimal("a step", 3),
  multiples: z.record(z.string(), decimal("a multiple", 3)).optional(),
  bands: z
    .array(z.strictObject({ code, label, hours: z.array(z.string()).min(1) }))
    .min(1)
    .optional(),
});

const plan = z.strictObject({
  code,
  label,
  currency: z.string().optional(),
  fee: price.optional(),
  feeDue: z.enum(["arrears", "advance"]).optional(),
  suspendedFee: price.optional(),
  activationFee: price.optional(),
  usage: z.record(z.string(), usageRule).optional(),
});

const addOn = z.strictObject({
  code,
  label,
  currency: z.string().optional(),
  fee: price,
  included: z.record(z.string(), quantity).optional(),
});

const percentTier = z.strictObject({ from: wholeNumber, to: wholeNumber.optional(), percent });
const amountTier = z.strictObject({ from: price, to: price.optional(), amount: price });
const everyDiscount = { code, label, excludes: z.array(z.string()).optional() };
const percentOf = z.enum(["fee", "remaining"]).optional();

const discount = z.discriminatedUnion("kind", [
  z.strictObject({
    ...everyDiscount,
    kind: z.literal("contract"),
    percent,
    of: percentOf,
    terms: z.array(wholeNumber).min(1),
    clawBack: z
      .strictObject({
        label,
        taxable: z.enum(["true", "false"]),
        terms: z.record(
          z.string(),
          z.array(z.strictObject({ from: wholeNumber, to: wholeNumber, percent: z.string() })),
        ),
      })
      .optional(),
  }),
  z.strictObject({
    ...everyDiscount,
    kind: z.literal("familyTenure"),
    of: percentOf,
    tiers: z.array(percentTier).min(1),
  }),
  z.strictObject({
    ...everyDiscount,
    kind: z.literal("longTerm"),
    of: percentOf,
    tiers: z.array(percentTier).min(1),
  }),
  z.strictObject({
    ...everyDiscount,
    kind: z.literal("addOnTier"),
    measure: z.enum(["spend", "count"]),
    tiers: z.array(amountTier).min(1),
  }),
  z.strictObject({ ...everyDiscount, kind: z.literal("birthday"), amount: price }),
]);

const welfareClass = z.strictObject({
  code,
  label,
  amount: price.optional(),
  percent: percent.optional(),
  of: z
    .array(z.enum(["planFee", "usage"]))
    .min(1)
    .optional(),
  cap: price.optional(),
});

const charge = z.strictObject({
  code,
  label,
  currency: z.string().optional(),
  price: price.optional(),
  percent: percent.optional(),
});

/** Sections that are lists; each element is checked on its own so that one bad plan does not hide the others' faults. */
export const sections = {
  meters: meter,
  plans: plan,
  addOns: addOn,
  discounts: discount,
  welfare: welfareClass,
  charges: charge,
} as const;

/** Everything of a tariff that is not a list. */
export const header = z.strictObject({
  tariff: code,
  version: z.string().min(1),
  currency: z
    .string()
    .refine(
      (text) => currencyExponent(text) !== null,
      "unknown currency; write an ISO 4217 code such as KRW or USD",
    ),
  timeZone: z.string().refine(isTimeZone, "unknown time zone; write an IANA name such as Asia/Seoul"),
  effective: z.strictObject({ from: date, to: date.optional() }),
  tax: z.strictObject({ code, label, percent }).optional(),
  rounding: z.strictObject({ to: price }).optional(),
});

/**
 * A name that this program and PostgreSQL, which finds the band of each usage record, read alike: they do not of an offset
 * (`+09:00` lies west of Greenwich there) nor of an abbreviation (`IST` is India's here, Israel's there).
 */
function isTimeZone(name: string): boolean {
  if (name !== "UTC" && !name.includes("/")) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export type TariffHeader = z.output<typeof header>;
export type MeterSource = z.output<typeof meter>;
export type PlanSource = z.output<typeof plan>;
export type AddOnSource = z.output<typeof addOn>;
export type UsageRuleSource = z.output<typeof usageRule>;
export type BandPricingSource = z.output<typeof bandPricing>;
export type DiscountSource = z.output<typeof discount>;
export type WelfareSource = z.output<typeof welfareClass>;
export type ChargeSource = z.output<typeof charge>;
export type LabelSource = z.output<typeof label>;

/** A tariff as its file says it, checked: amounts and quantities are decimal texts, which `compileTariff` makes exact integers. */
export interface Tariff extends TariffHeader {
  readonly meters: readonly MeterSource[];
  readonly plans: readonly PlanSource[];
  readonly addOns: readonly AddOnSource[];
  readonly discounts: readonly DiscountSource[];
  readonly welfare: readonly WelfareSource[];
  readonly charges: readonly ChargeSource[];
}
