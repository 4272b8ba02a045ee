import { checkDiscounts } from "./check-discounts.ts";
import { checkMeters } from "./check-meters.ts";
import { checkMoney } from "./check-money.ts";
import { checkCodes, checkHeader } from "./check-names.ts";
import { checkPlans } from "./check-plans.ts";
import type { Finding } from "./parse.ts";
import type { Tariff } from "./schema.ts";

/**
 * Every rule that needs more than one field. Lists may have holes where an element's form is broken (its own problems are
 * reported already). `headerOk` is false when currency and dates are unknown; rules that need them then stay silent.
 */
export function checkTariff(tariff: Tariff, headerOk: boolean): Finding[] {
  return [
    ...(headerOk ? checkHeader(tariff) : []),
    ...checkCodes(tariff),
    ...checkMeters(tariff),
    ...checkPlans(tariff),
    ...checkDiscounts(tariff),
    ...(headerOk ? checkMoney(tariff) : []),
  ];
}
