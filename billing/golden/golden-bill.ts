import { billAccount } from "../bill-account.ts";
import type { BillItem, HeldAccount } from "../bill.ts";
import type { BillInput } from "../bill-input.ts";
import { parseEpochDay } from "../epoch-day.ts";
import { explainBill } from "../explain.ts";
import type { CompiledTariff } from "../tariff/compiled.ts";

/**
 * A bill kept as a file: what goes in, and every line that must come out. `expected` is written by `regenerate.ts` alone; a change of it
 * is a change of money and is reviewed as one.
 */
export interface GoldenBill {
  /** What the bill shows, and by which hand calculation it was checked. */
  readonly comment: string;
  /** File in `tariffs/`, without its extension. */
  readonly tariff: string;
  readonly period: string;
  /** A `BillInput` whose days are written as YYYY-MM-DD. */
  readonly input: unknown;
  readonly expected?: GoldenOutcome;
}

export type GoldenOutcome =
  | Pick<HeldAccount, "kind" | "reason" | "detail">
  | {
      readonly kind: "billed";
      readonly lines: readonly (BillItem & { readonly arithmetic: string })[];
      readonly taxableMinor: number;
      readonly taxMinor: number;
      readonly totalMinor: number;
    };

/** The input with its days as numbers. */
export function goldenInput(golden: GoldenBill): BillInput {
  return JSON.parse(JSON.stringify(golden.input), (_key, value: unknown) =>
    typeof value === "string" ? (parseEpochDay(value) ?? value) : value,
  ) as BillInput;
}

/** What the code makes of the input now. */
export function outcomeOf(golden: GoldenBill, tariff: CompiledTariff): GoldenOutcome {
  const input = goldenInput(golden);
  const outcome = billAccount(tariff, input);
  if (outcome.kind === "held") return { kind: "held", reason: outcome.reason, detail: outcome.detail };
  const explained = explainBill(tariff, input, "en");
  const { items, taxableMinor, taxMinor, totalMinor } = outcome.bill;
  const lines = items.map((item, index) => ({ ...item, arithmetic: explained[index]?.arithmetic ?? "" }));
  return { kind: "billed", lines, taxableMinor, taxMinor, totalMinor };
}
