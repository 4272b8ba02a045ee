import { parseDecimal } from "../money/decimal.ts";
import { checkTiers, type TierBounds } from "./check-tiers.ts";
import { DISCOUNT_ORDER } from "./discount-order.ts";
import type { TariffPath } from "./line-of.ts";
import type { Finding } from "./parse.ts";
import type { DiscountSource, Tariff } from "./schema.ts";

/** Tier tables, exclusions and claw-back tables of discounts; welfare classes and charges that are complete. */
export function checkDiscounts(tariff: Tariff): Finding[] {
  const findings: Finding[] = [];
  const kinds = new Map<string, number>();
  const complete = Object.keys(tariff.discounts).length === tariff.discounts.length;
  tariff.discounts.forEach((discount, index) => {
    const path = ["discounts", index];
    const earlier = kinds.get(discount.kind);
    if (earlier !== undefined)
      findings.push({
        path: [...path, "kind"],
        message: `discounts[${String(earlier)}] is of kind ${discount.kind} already; a tariff has at most one of a kind`,
      });
    kinds.set(discount.kind, index);
    if (complete) findings.push(...checkExclusions(discount, tariff, path));
    if (discount.kind === "contract") findings.push(...checkContract(discount, path));
    else if (discount.kind === "addOnTier")
      findings.push(
        ...checkTiers(bounds(discount.tiers, discount.measure === "spend" ? 6 : 0), [...path, "tiers"]),
      );
    else if (discount.kind !== "birthday")
      findings.push(...checkTiers(bounds(discount.tiers, 0), [...path, "tiers"]));
  });
  return [...findings, ...checkWelfareAndCharges(tariff)];
}

function checkExclusions(discount: DiscountSource, tariff: Tariff, path: TariffPath): Finding[] {
  const findings: Finding[] = [];
  (discount.excludes ?? []).forEach((code, index) => {
    const excluded = tariff.discounts.find((candidate) => candidate.code === code);
    const at = [...path, "excludes", index];
    if (excluded === undefined) {
      const known = tariff.discounts
        .map((candidate) => candidate.code)
        .filter((name) => name !== discount.code);
      findings.push({
        path: at,
        message: `unknown discount ${code}; it can exclude ${known.join(", ") || "nothing yet"}`,
      });
    } else if (DISCOUNT_ORDER.indexOf(excluded.kind) <= DISCOUNT_ORDER.indexOf(discount.kind)) {
      findings.push({
        path: at,
        message: `${code} is not computed after ${discount.code}; let ${code} name ${discount.code} instead (order: ${DISCOUNT_ORDER.join(", ")})`,
      });
    }
  });
  return findings;
}

function checkContract(discount: Extract<DiscountSource, { kind: "contract" }>, path: TariffPath): Finding[] {
  const findings: Finding[] = [];
  discount.terms.forEach((term, index) => {
    if (parseDecimal(term, 0) === 0)
      findings.push({
        path: [...path, "terms", index],
        message: "a term of 0 months; write the months of the contract",
      });
  });
  for (const [term, tiers] of Object.entries(discount.clawBack?.terms ?? {})) {
    const at = [...path, "clawBack", "terms", term];
    if (!discount.terms.includes(term))
      findings.push({
        path: at,
        message: `${term} months is no term of this contract; it has ${discount.terms.join(", ")}`,
      });
    findings.push(...checkTiers(bounds(tiers, 0), at, true));
    const end = tiers.at(-1)?.to;
    if (end !== undefined && end !== term)
      findings.push({
        path: [...at, tiers.length - 1, "to"],
        message: `the table ends at month ${end}; it must end at ${term}`,
      });
    tiers.forEach((tier, index) => {
      const value = parseDecimal(tier.percent, 4);
      if (typeof value === "string" || Math.abs(value) > 1_000_000)
        findings.push({
          path: [...at, index, "percent"],
          message: `${tier.percent} is not a percentage from -100 to 100 of at most 4 decimals`,
        });
    });
  }
  return findings;
}

function checkWelfareAndCharges(tariff: Tariff): Finding[] {
  const findings: Finding[] = [];
  tariff.welfare.forEach((welfare, index) => {
    const path = ["welfare", index];
    if (welfare.amount === undefined && welfare.percent === undefined)
      findings.push({ path, message: "takes nothing off; write an amount, a percent, or both" });
    if ((welfare.percent === undefined) !== (welfare.of === undefined))
      findings.push({ path, message: "percent and of belong together; write both, e.g. of: [usage]" });
  });
  tariff.charges.forEach((charge, index) => {
    if ((charge.price === undefined) === (charge.percent === undefined))
      findings.push({ path: ["charges", index], message: "write either a price or a percent" });
  });
  return findings;
}

function bounds(tiers: readonly { from: string; to?: string | undefined }[], scale: number): TierBounds[] {
  const read = (text: string) => {
    const value = parseDecimal(text, scale);
    return typeof value === "number" ? value : null;
  };
  return tiers.map(({ from, to }) => ({ from: read(from), to: to === undefined ? undefined : read(to) }));
}
