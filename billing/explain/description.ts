import type { BillItem } from "../bill.ts";
import type { Locale } from "../item-label.ts";
import type { NumberText } from "./arithmetic.ts";
import type { Fact } from "./fact.ts";
import type { InputName } from "./wording.ts";

/** Numbers behind a line by name, and the sum that leads to its amount. */
export interface Description {
  readonly inputs: readonly (readonly [InputName, string])[];
  readonly arithmetic: string;
}

/** What a fact is told with: the line it belongs to, how to write numbers, and the language. */
export interface Telling {
  readonly item: BillItem;
  readonly text: NumberText;
  readonly locale: Locale;
  readonly currencyExponent: number;
}

/** The facts of some rules. */
export type FactOf<R extends Fact["rule"]> = Extract<Fact, { rule: R }>;
