import { currencyExponent } from "../money/currency.ts";
import { parseDecimal } from "../money/decimal.ts";
import type { TariffPath } from "./line-of.ts";
import type { Finding } from "./parse.ts";
import type { Tariff } from "./schema.ts";

/**
 * One currency throughout, and whole minor units where no quantity is multiplied (fees, caps, fixed discounts): a half won cannot be
 * billed. Rates per unit may have up to six decimals.
 */
export function checkMoney(tariff: Tariff): Finding[] {
  const findings: Finding[] = [];
  const exponent = currencyExponent(tariff.currency);
  if (exponent === null) return findings;
  const currency = (path: TariffPath, code: string | undefined) => {
    if (code !== undefined && code !== tariff.currency)
      findings.push({
        path: [...path, "currency"],
        message: `${code} in a tariff of ${tariff.currency}; a tariff has one currency`,
      });
  };
  const amount = (path: TariffPath, text: string | undefined) => {
    if (text !== undefined && parseDecimal(text, exponent) === "too-many-decimals")
      findings.push({
        path,
        message: `${text} is not a whole number of minor units of ${tariff.currency}; write at most ${String(exponent)} decimals`,
      });
  };
  tariff.plans.forEach((plan, index) => {
    const path = ["plans", index];
    currency(path, plan.currency);
    for (const field of ["fee", "suspendedFee", "activationFee"] as const)
      amount([...path, field], plan[field]);
    for (const [meter, rule] of Object.entries(plan.usage ?? {}))
      amount([...path, "usage", meter, "cap"], rule.cap);
  });
  tariff.addOns.forEach((addOn, index) => {
    currency(["addOns", index], addOn.currency);
    amount(["addOns", index, "fee"], addOn.fee);
  });
  tariff.discounts.forEach((discount, index) => {
    if (discount.kind === "birthday") amount(["discounts", index, "amount"], discount.amount);
    if (discount.kind !== "addOnTier") return;
    discount.tiers.forEach((tier, tierIndex) => {
      const path = ["discounts", index, "tiers", tierIndex];
      amount([...path, "amount"], tier.amount);
      if (discount.measure === "spend") amount([...path, "from"], tier.from);
    });
  });
  tariff.welfare.forEach((welfare, index) => {
    for (const field of ["amount", "cap"] as const) amount(["welfare", index, field], welfare[field]);
  });
  tariff.charges.forEach((charge, index) => {
    currency(["charges", index], charge.currency);
    amount(["charges", index, "price"], charge.price);
  });
  const roundTo = tariff.rounding?.to;
  amount(["rounding", "to"], roundTo);
  if (roundTo !== undefined && parseDecimal(roundTo, exponent) === 0)
    findings.push({
      path: ["rounding", "to"],
      message: "rounding to 0; write the smallest amount a total may differ by, e.g. 10",
    });
  return findings;
}
