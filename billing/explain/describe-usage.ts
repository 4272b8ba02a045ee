import { conclude, exactProduct } from "./arithmetic.ts";
import type { Description, FactOf, Telling } from "./description.ts";
import { UNLIMITED } from "./wording.ts";

/** The part of usage that an allowance covers. */
export function describeAllowance(fact: FactOf<"allowance">, { item, text, locale }: Telling): Description {
  const used = text.quantity(fact.usedMilli);
  const arithmetic = `${text.quantity(item.quantityMilli)} × 0 = ${text.money(0)}`;
  if (fact.allowanceMilli === null)
    return {
      inputs: [
        ["planAllowance", UNLIMITED[locale]],
        ["used", used],
      ],
      arithmetic,
    };
  return {
    inputs: [
      ["planAllowance", text.quantity(fact.planMilli)],
      ["days", String(fact.days)],
      ["periodDays", String(fact.periodDays)],
      ["addOnAllowance", text.quantity(fact.addOnMilli)],
      ["allowanceLeft", text.quantity(fact.allowanceMilli)],
      ["used", used],
    ],
    arithmetic,
  };
}

/** Usage at a unit price, in a tier, or in packages. */
export function describeUsage(
  fact: FactOf<"unit-price" | "graduated-tier" | "volume-tier" | "package">,
  { item, text }: Telling,
): Description {
  const quantity = text.quantity(item.quantityMilli);
  const rate = text.rate(item.rateMicro);
  const amount = text.money(item.amountMinor);
  if (fact.rule === "package") {
    const packages = String(fact.packages);
    return {
      inputs: [
        ["quantity", quantity],
        ["packageSize", text.quantity(fact.sizeMilli)],
        ["packages", packages],
      ],
      arithmetic: conclude(`${packages} × ${rate}`, exactProduct(fact.packages, item.rateMicro, 6), amount),
    };
  }
  const tier: Description["inputs"] =
    fact.rule === "unit-price"
      ? []
      : [
          ["from", text.quantity(fact.fromMilli)],
          ["to", fact.toMilli === Number.MAX_SAFE_INTEGER ? "∞" : text.quantity(fact.toMilli)],
        ];
  return {
    inputs: [["quantity", quantity], ["rate", rate], ...tier],
    arithmetic: conclude(
      `${quantity} × ${rate}`,
      exactProduct(item.quantityMilli, item.rateMicro, 9),
      amount,
    ),
  };
}
