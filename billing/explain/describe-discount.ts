import { conclude, exactProduct } from "./arithmetic.ts";
import type { Description, FactOf, Telling } from "./description.ts";
import type { InputName } from "./wording.ts";

/** Discounts and welfare, limited to what was left to take off. */
export function describeDiscount(
  fact: FactOf<"percentage-discount" | "fixed-discount" | "welfare">,
  { item, text, currencyExponent }: Telling,
): Description {
  const amount = text.money(item.amountMinor);
  const left = text.money(fact.limitMinor);
  if (fact.rule === "fixed-discount") {
    const full = text.money(fact.fullMinor);
    const measured = fact.measured ?? 0;
    const by: Description["inputs"] =
      fact.measured === null
        ? []
        : [fact.bySpend ? ["addOnSpend", text.money(measured)] : ["addOnCount", String(measured)]];
    return {
      inputs: [["fixed", full], ["left", left], ...by],
      arithmetic: `-min(${full}; ${left}) = ${amount}`,
    };
  }
  const base = text.money(fact.baseMinor);
  const percent = text.percent(item.rateMicro);
  if (fact.rule === "welfare") {
    const fixed = text.money(fact.fixedMinor);
    const cap = fact.capMinor === Number.MAX_SAFE_INTEGER ? [] : [text.money(fact.capMinor)];
    const terms = [`${fixed} + ${base} × ${percent}`, ...cap, left].join("; ");
    return {
      inputs: [
        ["fixed", fixed],
        ["base", base],
        ["rate", percent],
        ...cap.map((text) => ["cap", text] as const),
      ],
      arithmetic: `-min(${terms}) = ${amount}`,
    };
  }
  const inputs: (readonly [InputName, string])[] = [
    ["base", base],
    ["rate", percent],
  ];
  if (fact.fromYears !== null) inputs.push(["tenureYears", String(fact.fromYears)]);
  if (fact.contractDays >= 0) inputs.push(["contractDays", String(fact.contractDays)]);
  const exact = exactProduct(-fact.baseMinor, item.rateMicro, currencyExponent + 6);
  // Only what is taken off is limited; a negative base gives a discount back in full.
  if (fact.baseMinor > 0 && fact.limitMinor <= -item.amountMinor)
    return { inputs, arithmetic: `-min(${base} × ${percent}; ${left}) = ${amount}` };
  return { inputs, arithmetic: conclude(`-(${base} × ${percent})`, exact, amount) };
}
