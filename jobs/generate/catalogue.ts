import type { CompiledMeter, CompiledPlan, CompiledTariff } from "../../billing/tariff/compiled.ts";

/** What the generator needs of a tariff. Plain values: it is sent to worker threads. */
export interface Catalogue {
  readonly currency: string;
  readonly currencyExponent: number;
  readonly timeZone: string;
  readonly plans: readonly Weighted<CataloguePlan>[];
  readonly addOns: readonly string[];
  readonly contractMonths: readonly number[];
  readonly welfareClasses: readonly string[];
  readonly charges: readonly { readonly code: string; readonly priceMinor: number }[];
  readonly meters: readonly CatalogueMeter[];
}

export interface Weighted<Value> {
  readonly value: Value;
  readonly weight: number;
}

export interface CataloguePlan {
  readonly code: string;
  /** Typical quantity of one record by meter, in thousandths; some months then exceed the plan's allowance. */
  readonly typicalMilli: readonly number[];
  /** How likely a record is on each meter that the plan has a price for; never empty. */
  readonly meterWeights: readonly Weighted<number>[];
}

export interface CatalogueMeter {
  readonly code: string;
  readonly id: number;
  /** Records of this meter count pieces (messages), not amounts. */
  readonly counted: boolean;
}

/** Share of a plan's allowance that one record takes, typically. */
const SHARE_OF_ALLOWANCE = 0.16;

const WEIGHT_BY_METER: Readonly<Record<string, number>> = { data: 46, voice: 30, sms: 12, lms: 5, video: 7 };

/** The catalogue of a compiled tariff; `meterIds` are the numbers of its meters in the database. */
export function catalogueOf(tariff: CompiledTariff, meterIds: ReadonlyMap<string, number>): Catalogue {
  return {
    currency: tariff.currency,
    currencyExponent: tariff.currencyExponent,
    timeZone: tariff.timeZone,
    // The earlier a plan stands in the tariff, the more subscriptions it has.
    plans: [...tariff.plans.values()]
      .map((plan, position) => ({
        value: cataloguePlan(plan, tariff.meters),
        weight: 1 / (1 + position / 3),
      }))
      .filter(({ value }) => value.meterWeights.length > 0),
    addOns: [...tariff.addOns.keys()],
    contractMonths: [...(tariff.contract?.terms ?? [])],
    welfareClasses: [...tariff.welfare.keys()],
    charges: [...tariff.charges.values()]
      .filter(({ priceMinor }) => priceMinor > 0)
      .map(({ code, priceMinor }) => ({ code, priceMinor })),
    meters: tariff.meters.map((meter) => ({
      code: meter.code,
      id: requireId(meterIds, meter.code),
      counted: isCounted(meter),
    })),
  };
}

function cataloguePlan(plan: CompiledPlan, meters: readonly CompiledMeter[]): CataloguePlan {
  return {
    code: plan.code,
    typicalMilli: meters.map((meter) => typicalMilli(meter, plan.usage[meter.index]?.includedMilli ?? 0)),
    meterWeights: meters
      .filter((meter) => plan.usage[meter.index])
      .map((meter) => ({ value: meter.index, weight: WEIGHT_BY_METER[meter.code] ?? 10 })),
  };
}

function typicalMilli(meter: CompiledMeter, includedMilli: number): number {
  if (includedMilli > 0) return includedMilli * SHARE_OF_ALLOWANCE;
  if (isCounted(meter)) return 3_000;
  // Unlimited, or paid from the first unit: a call of two minutes, 40 MB of data.
  return isTime(meter) ? 120_000 : 40_000_000;
}

function isTime(meter: CompiledMeter): boolean {
  return /^(s|sec|second|min|minute)s?$/i.test(meter.unit);
}

function isCounted(meter: CompiledMeter): boolean {
  return meter.stepMilli === 1_000 && !isTime(meter) && !/^[kmg]?i?b$/i.test(meter.unit);
}

function requireId(ids: ReadonlyMap<string, number>, code: string): number {
  const id = ids.get(code);
  if (id === undefined) throw new RangeError(`meter ${code} has no number in the database`);
  return id;
}
