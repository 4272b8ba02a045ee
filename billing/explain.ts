import { draftBill } from "./bill-account.ts";
import type { BillInput } from "./bill-input.ts";
import { BillDraft } from "./charge/bill-draft.ts";
import { numberText } from "./explain/arithmetic.ts";
import { describe } from "./explain/describe.ts";
import { INPUTS, RULES } from "./explain/wording.ts";
import { itemLabel, type Locale } from "./item-label.ts";
import type { CompiledTariff } from "./tariff/compiled.ts";

/** One line of a bill with the reason for its amount, to be checked with a pocket calculator. */
export interface ExplainedLine {
  /** Position on the bill, from 1. */
  readonly line: number;
  readonly code: string;
  /** Subscription the line belongs to, 0 for lines of the whole account. */
  readonly subscriptionId: number;
  readonly label: string;
  /** What the rule does, in a sentence. */
  readonly rule: string;
  readonly inputs: readonly { readonly name: string; readonly value: string }[];
  /** The sum in major units, e.g. `524,288 × 0.02 = 10,485.76 → 10,486`; `→` is rounding half-up to the minor unit. */
  readonly arithmetic: string;
  readonly amountMinor: number;
}

/**
 * Explains a bill line by line; an account that is held has no lines. The bill is computed by the same code as `billAccount`, which leaves
 * behind the numbers it used: nothing is computed a second time.
 */
export function explainBill(tariff: CompiledTariff, input: BillInput, locale: Locale): ExplainedLine[] {
  const draft = new BillDraft(true);
  const outcome = draftBill(draft, tariff, input);
  if (outcome.kind === "held") return [];
  const text = numberText(tariff.currencyExponent);
  return (draft.facts ?? []).flatMap((fact, index) => {
    const item = outcome.bill.items[index];
    if (item === undefined) return [];
    const { inputs, arithmetic } = describe(fact, {
      item,
      text,
      locale,
      currencyExponent: tariff.currencyExponent,
    });
    return {
      line: index + 1,
      code: item.code,
      subscriptionId: fact.subscriptionId,
      label: itemLabel(tariff, item.code, locale),
      rule: RULES[fact.rule][locale],
      inputs: inputs.map(([name, value]) => ({ name: INPUTS[name][locale], value })),
      arithmetic,
      amountMinor: item.amountMinor,
    };
  });
}
