/** What `billAccount` returns: a bill, or the reason why the account is held and no bill is made. */
export type BillOutcome = { readonly kind: "billed"; readonly bill: Bill } | HeldAccount;

export interface HeldAccount {
  readonly kind: "held";
  readonly accountId: number;
  readonly reason: HoldReason;
  /** The offending value and where it stands, for the person who mends it. */
  readonly detail: string;
}

export type HoldReason =
  | "missing-plan"
  | "unknown-add-on"
  | "unknown-meter"
  | "unknown-band"
  | "unknown-welfare-class"
  | "unknown-charge"
  | "currency-mismatch"
  | "invalid-dates"
  | "amount-overflow";

/** One account's bill. `totalMinor` is the sum of its items' amounts, and never below zero. */
export interface Bill {
  readonly accountId: number;
  readonly items: readonly BillItem[];
  /** Sum of what tax was computed on. */
  readonly taxableMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
}

/** One line of a bill. Lines stand in the order in which they were computed; `line` is the position in `items` + 1. */
export interface BillItem {
  /** What the line is, e.g. `plan:kr-5g-30`, `usage:data:included`, `discount:contract`, `tax:vat`, `rounding`. */
  readonly code: string;
  /** Quantity charged, in thousandths of the line's unit (days for fees, the meter's unit for usage); 0 if none. */
  readonly quantityMilli: number;
  /**
   * Price of one unit (of a whole month for fees by days, of a package), or percentage of a discount or tax, in millionths
   * (of the major unit, or of 1).
   */
  readonly rateMicro: number;
  readonly amountMinor: number;
}
