import type { HeldAccount } from "../bill.ts";
import type { SubscriptionInput, UsageSum } from "../bill-input.ts";
import { multiplyDivide } from "../money/multiply-divide.ts";
import type {
  CompiledMeter,
  CompiledPricing,
  CompiledTariff,
  CompiledUsageRule,
} from "../tariff/compiled.ts";
import { addPricedUsage } from "./priced-usage.ts";
import type { BillDraft } from "./bill-draft.ts";
import { held } from "./held.ts";
import type { ServiceDays } from "./service-days.ts";
import type { SubscriptionCharge, UsageRoom } from "./subscription-charge.ts";

/** Adds the usage lines of a subscription: what the allowance covers, what is charged, and the cap. */
export function addUsage(
  draft: BillDraft,
  tariff: CompiledTariff,
  charge: SubscriptionCharge,
): HeldAccount | null {
  const { input, plan, days, room } = charge;
  const { accountId } = charge.account;
  const usage = input.usage;
  if (usage.length === 0) return null;
  const quantities = room.quantityMilli;
  for (let index = 0; index < tariff.slotCount; index++) quantities[index] = 0;
  for (const sum of usage) {
    const meter = tariff.meterByCode.get(sum.meter);
    const band = meter?.bandByCode.get(sum.band);
    if (meter === undefined || band === undefined || (plan.usage[meter.index] ?? null) === null)
      return refuseUsage(accountId, input, sum, meter);
    const quantity = (quantities[band.slot] ?? 0) + sum.quantityMilli;
    if (!Number.isSafeInteger(quantity) || !(sum.quantityMilli >= 0))
      return refuseQuantity(accountId, input, sum);
    quantities[band.slot] = quantity;
  }
  for (const meter of tariff.meters) {
    const rule = plan.usage[meter.index];
    if (rule !== null && rule !== undefined) addMeter(draft, tariff, { meter, rule, days, room });
  }
  return null;
}

interface MeterCharge {
  readonly meter: CompiledMeter;
  readonly rule: CompiledUsageRule;
  readonly days: ServiceDays;
  readonly room: UsageRoom;
}

// The allowance is used up by the bands in the order in which the tariff lists them.
function addMeter(draft: BillDraft, tariff: CompiledTariff, charge: MeterCharge): void {
  const { meter, rule, days, room } = charge;
  const unlimited = rule.includedMilli < 0;
  const addOnMilli = room.addOnMilli[meter.index] ?? 0;
  let left = Number.POSITIVE_INFINITY;
  if (!unlimited) {
    const planMilli =
      days.charged === tariff.period.days
        ? rule.includedMilli
        : multiplyDivide(rule.includedMilli, days.charged, tariff.period.days);
    left = planMilli + addOnMilli;
  }
  let chargedMinor = 0;
  for (const band of meter.bands) {
    const quantity = room.quantityMilli[band.slot] ?? 0;
    if (quantity === 0) continue;
    const included = quantity < left ? quantity : left;
    if (included > 0) {
      draft.add(band.includedCode, included, 0, 0);
      draft.facts?.push({
        rule: "allowance",
        subscriptionId: draft.subscriptionId,
        allowanceMilli: unlimited ? null : left,
        planMilli: unlimited ? 0 : rule.includedMilli,
        addOnMilli,
        days: days.charged,
        periodDays: tariff.period.days,
        usedMilli: quantity,
      });
      left -= included;
    }
    if (quantity > included) {
      const pricing: CompiledPricing | undefined = rule.pricing[band.index];
      if (pricing !== undefined)
        chargedMinor += addPricedUsage(draft, pricing, quantity - included, tariff.usageDivisor);
    }
  }
  if (rule.capMinor >= 0 && chargedMinor > rule.capMinor) {
    draft.add(meter.capCode, 0, rule.capMicro, rule.capMinor - chargedMinor);
    draft.facts?.push({
      rule: "cap",
      subscriptionId: draft.subscriptionId,
      capMinor: rule.capMinor,
      uncappedMinor: chargedMinor,
    });
    chargedMinor = rule.capMinor;
  }
  draft.usageMinor += chargedMinor;
}

function refuseUsage(
  accountId: number,
  input: SubscriptionInput,
  sum: UsageSum,
  meter: CompiledMeter | undefined,
): HeldAccount {
  const where = `subscription ${String(input.subscriptionId)}`;
  if (meter === undefined) return held(accountId, "unknown-meter", `${where}: usage of meter "${sum.meter}"`);
  if (!meter.bandByCode.has(sum.band))
    return held(accountId, "unknown-band", `${where}: usage of meter ${sum.meter} in band "${sum.band}"`);
  return held(accountId, "unknown-meter", `${where}: plan ${input.plan} has no price for meter ${sum.meter}`);
}

function refuseQuantity(accountId: number, input: SubscriptionInput, sum: UsageSum): HeldAccount {
  return held(
    accountId,
    "amount-overflow",
    `subscription ${String(input.subscriptionId)}: ${String(sum.quantityMilli)} thousandths on meter ${sum.meter} is no whole number from 0 to 2^53`,
  );
}
