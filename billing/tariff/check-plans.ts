import { checkTiers } from "./check-tiers.ts";
import type { TariffPath } from "./line-of.ts";
import type { Finding } from "./parse.ts";
import { parseQuantity } from "./quantity.ts";
import type { BandPricingSource, MeterSource, Tariff, UsageRuleSource } from "./schema.ts";

/** Every meter that a plan or add-on names exists, and every usage rule has exactly one complete price. */
export function checkPlans(tariff: Tariff): Finding[] {
  const findings: Finding[] = [];
  const meters = new Map<string, MeterSource>();
  tariff.meters.forEach((meter) => meters.set(meter.code, meter)); // forEach passes over holes
  // With holes in the list (broken meters) or duplicates nothing can be said about which names exist.
  const metersKnown = meters.size > 0 && meters.size === tariff.meters.length;
  const unknown = (code: string) => `unknown meter ${code}; the tariff has ${[...meters.keys()].join(", ")}`;
  tariff.plans.forEach((plan, index) => {
    for (const [code, rule] of Object.entries(plan.usage ?? {})) {
      const path = ["plans", index, "usage", code];
      const meter = meters.get(code);
      if (meter !== undefined) findings.push(...checkUsageRule(rule, meter, path));
      else if (metersKnown) findings.push({ path, message: unknown(code) });
    }
  });
  tariff.addOns.forEach((addOn, index) => {
    for (const [code, quantity] of Object.entries(addOn.included ?? {})) {
      const path = ["addOns", index, "included", code];
      const meter = meters.get(code);
      if (meter !== undefined) findings.push(...checkQuantity(quantity, meter, path).findings);
      else if (metersKnown) findings.push({ path, message: unknown(code) });
    }
  });
  return findings;
}

function checkUsageRule(rule: UsageRuleSource, meter: MeterSource, path: TariffPath): Finding[] {
  const priced = [rule.price, rule.tiers, rule.package, rule.bands].filter(
    (part) => part !== undefined,
  ).length;
  if (rule.included === "unlimited") {
    return priced + (rule.cap === undefined ? 0 : 1) === 0
      ? []
      : [{ path, message: "an unlimited meter is never charged; remove its price and cap" }];
  }
  const findings: Finding[] = [];
  if (rule.included !== undefined)
    findings.push(...checkQuantity(rule.included, meter, [...path, "included"]).findings);
  if (rule.bands === undefined) return [...findings, ...checkPricing(rule, meter, path)];
  if (priced > 1) findings.push({ path, message: "has bands and another price; leave one of them" });
  const known = (meter.bands ?? []).map((band) => band.code);
  for (const [code, pricing] of Object.entries(rule.bands)) {
    const at = [...path, "bands", code];
    if (known.includes(code)) findings.push(...checkPricing(pricing, meter, at));
    else
      findings.push({
        path: at,
        message: `unknown band ${code}; meter ${meter.code} has ${known.join(", ") || "no bands"}`,
      });
  }
  for (const code of known) {
    if (rule.bands[code] === undefined)
      findings.push({ path: [...path, "bands"], message: `band ${code} has no price; add it` });
  }
  return findings;
}

function checkPricing(pricing: BandPricingSource, meter: MeterSource, path: TariffPath): Finding[] {
  const findings: Finding[] = [];
  const parts = [pricing.price, pricing.tiers, pricing.package].filter((part) => part !== undefined).length;
  if (parts !== 1)
    findings.push({
      path,
      message: `has ${parts === 0 ? "no price" : "more than one price"}; write one of price, tiers, package`,
    });
  if (pricing.tiers === undefined) {
    if (pricing.tiering !== undefined)
      findings.push({ path: [...path, "tiering"], message: "tiering without tiers; add tiers or remove it" });
  } else {
    if (pricing.tiering === undefined)
      findings.push({ path, message: "tiers without tiering; write tiering: graduated or tiering: volume" });
    const bounds = pricing.tiers.map((tier, index) => {
      const from = checkQuantity(tier.from, meter, [...path, "tiers", index, "from"]);
      const to =
        tier.to === undefined ? undefined : checkQuantity(tier.to, meter, [...path, "tiers", index, "to"]);
      findings.push(...from.findings, ...(to?.findings ?? []));
      return { from: from.milli, to: to === undefined ? undefined : to.milli };
    });
    findings.push(...checkTiers(bounds, [...path, "tiers"]));
  }
  if (pricing.package !== undefined) {
    const at = [...path, "package", "size"];
    const size = checkQuantity(pricing.package.size, meter, at);
    findings.push(...size.findings);
    if (size.milli === 0)
      findings.push({ path: at, message: "a package of 0 units; write how many units it has" });
  }
  return findings;
}

function checkQuantity(
  text: string,
  meter: MeterSource,
  path: TariffPath,
): { milli: number | null; findings: Finding[] } {
  const value = parseQuantity(text, meter);
  if (typeof value === "number") return { milli: value, findings: [] };
  return { milli: null, findings: [{ path, message: value }] };
}
