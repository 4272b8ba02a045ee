import { conclude, exactProduct } from "./arithmetic.ts";
import type { Description, FactOf, Telling } from "./description.ts";

/** Lines computed from sums of the bill, and the claw-back. */
export function describeTotal(
  fact: FactOf<"cap" | "claw-back" | "adjustment" | "credit-left" | "tax" | "rounding">,
  telling: Telling,
): Description {
  const { item, text, currencyExponent } = telling;
  const amount = text.money(item.amountMinor);
  switch (fact.rule) {
    case "cap": {
      const [cap, sum] = [text.money(fact.capMinor), text.money(fact.uncappedMinor)];
      return {
        inputs: [
          ["cap", cap],
          ["sum", sum],
        ],
        arithmetic: `${cap} - ${sum} = ${amount}`,
      };
    }
    case "claw-back":
      return describeClawBack(fact, telling);
    case "adjustment":
      return { inputs: [["adjustment", String(fact.adjustmentId)]], arithmetic: `${amount} = ${amount}` };
    case "credit-left": {
      const sum = text.money(fact.sumMinor);
      return { inputs: [["sum", sum]], arithmetic: `0 - ${sum} = ${amount}` };
    }
    case "tax": {
      const base = text.money(fact.taxableMinor);
      const percent = text.percent(item.rateMicro);
      return {
        inputs: [
          ["base", base],
          ["rate", percent],
        ],
        arithmetic: conclude(
          `${base} × ${percent}`,
          exactProduct(fact.taxableMinor, item.rateMicro, currencyExponent + 6),
          amount,
        ),
      };
    }
    case "rounding": {
      const [sum, unit] = [text.money(fact.sumMinor), text.money(fact.toMinor)];
      return {
        inputs: [
          ["sum", sum],
          ["unit", unit],
        ],
        arithmetic: `${text.money(fact.sumMinor + item.amountMinor)} - ${sum} = ${amount}`,
      };
    }
  }
}

function describeClawBack(fact: FactOf<"claw-back">, { item, text, currencyExponent }: Telling): Description {
  const amount = text.money(item.amountMinor);
  const monthly = text.money(fact.monthlyMinor);
  const parts = fact.parts
    .map((part) => `${String(part.months)} × ${text.percent(part.percentMicro)}`)
    .join(" + ");
  const weight = fact.parts.reduce((sum, part) => sum + part.months * part.percentMicro, 0);
  return {
    inputs: [
      ["monthlyDiscount", monthly],
      ["months", String(fact.months)],
    ],
    arithmetic: conclude(
      `${monthly} × (${parts})`,
      exactProduct(fact.monthlyMinor, weight, currencyExponent + 6),
      amount,
    ),
  };
}
