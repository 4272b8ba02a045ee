import { conclude, quotient } from "./arithmetic.ts";
import type { Description, FactOf, Telling } from "./description.ts";

/** Fees: of days used, in advance, settled, once. */
export function describeFee(
  fact: FactOf<"prorated-fee" | "advance-settled" | "fee-in-advance" | "one-off-fee">,
  { item, text, currencyExponent }: Telling,
): Description {
  const fee = text.money(fact.feeMinor);
  const amount = text.money(item.amountMinor);
  if (fact.rule === "fee-in-advance" || fact.rule === "one-off-fee")
    return { inputs: [["fee", fee]], arithmetic: `${fee} = ${amount}` };
  const { days, periodDays } = fact;
  const expression = `${fee} × ${String(days)} ÷ ${String(periodDays)}`;
  const exact = quotient(fact.feeMinor, days, periodDays, currencyExponent);
  const inputs: Description["inputs"] = [
    ["fee", fee],
    ["days", String(days)],
    ["periodDays", String(periodDays)],
  ];
  if (fact.rule === "prorated-fee") return { inputs, arithmetic: conclude(expression, exact, amount) };
  const part = text.money(item.amountMinor + fact.feeMinor);
  return { inputs, arithmetic: `(${conclude(expression, exact, part)}) - ${fee} = ${amount}` };
}
