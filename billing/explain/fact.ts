/**
 * What a line was computed from, recorded by the very code that computed it: `explainBill` prints these and computes no money.
 * Quantities in thousandths of the meter's unit, amounts in minor units, percentages and rates in millionths.
 */
export type Fact = { readonly subscriptionId: number } & FactDetail;

export type FactDetail =
  | {
      readonly rule: "prorated-fee";
      readonly feeMinor: number;
      readonly days: number;
      readonly periodDays: number;
    }
  | { readonly rule: "fee-in-advance"; readonly feeMinor: number }
  | {
      readonly rule: "advance-settled";
      readonly feeMinor: number;
      readonly days: number;
      readonly periodDays: number;
    }
  | { readonly rule: "one-off-fee"; readonly feeMinor: number }
  | {
      readonly rule: "allowance";
      /** Null when unlimited. */
      readonly allowanceMilli: number | null;
      readonly planMilli: number;
      readonly addOnMilli: number;
      readonly days: number;
      readonly periodDays: number;
      readonly usedMilli: number;
    }
  | {
      readonly rule: "unit-price" | "graduated-tier" | "volume-tier";
      readonly fromMilli: number;
      readonly toMilli: number;
    }
  | { readonly rule: "package"; readonly sizeMilli: number; readonly packages: number }
  | { readonly rule: "cap"; readonly capMinor: number; readonly uncappedMinor: number }
  | {
      readonly rule: "percentage-discount";
      readonly baseMinor: number;
      /** Most that could be taken off: what was left of the fee. */
      readonly limitMinor: number;
      /** Years of tenure the percentage follows from; null for a contract. */
      readonly fromYears: number | null;
      /** Days of the month that a contract covers, -1 for all. */
      readonly contractDays: number;
    }
  | {
      readonly rule: "fixed-discount";
      readonly fullMinor: number;
      readonly limitMinor: number;
      /** Add-on spend or count that chose the amount; null for a birthday. */
      readonly measured: number | null;
      readonly bySpend: boolean;
    }
  | {
      readonly rule: "welfare";
      readonly fixedMinor: number;
      readonly baseMinor: number;
      readonly capMinor: number;
      readonly limitMinor: number;
    }
  | {
      readonly rule: "claw-back";
      readonly monthlyMinor: number;
      readonly months: number;
      readonly parts: readonly { readonly months: number; readonly percentMicro: number }[];
    }
  | { readonly rule: "adjustment"; readonly adjustmentId: number }
  | { readonly rule: "credit-left"; readonly sumMinor: number }
  | { readonly rule: "tax"; readonly taxableMinor: number }
  | { readonly rule: "rounding"; readonly sumMinor: number; readonly toMinor: number };
