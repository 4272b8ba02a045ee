import type { BillItem } from "../bill.ts";
import type { Fact } from "../explain/fact.ts";

/** A bill while its lines are being added, with the running sums that later lines depend on. All sums in minor units. */
export class BillDraft {
  readonly items: BillItem[] = [];
  /** Why each item is what it is, at the item's position; null unless the bill is being explained. */
  readonly facts: Fact[] | null;
  /** Subscription the lines being added belong to, 0 for lines of the account. */
  subscriptionId = 0;
  /** Sum of all lines. */
  totalMinor = 0;
  /** Sum of all lines' magnitudes: while it is a safe integer, every partial sum is exact. */
  magnitudeMinor = 0;
  /** What is left of the plan fees after their percentage discounts. */
  planFeeLeftMinor = 0;
  usageMinor = 0;
  addOnMinor = 0;
  addOnCount = 0;
  /** Bits of the discounts that were given, and of those that they exclude, on any subscription. */
  excluded = 0;
  /** Charged days of the subscription that its contract covers; -1 while it holds throughout. */
  contractDays = -1;
  /** Whether a contract ended within the period, so that claw-backs are looked for. */
  contractEnded = false;

  constructor(explain: boolean) {
    this.facts = explain ? [] : null;
  }

  /** Appends a line. An amount that is no safe integer is found out by `isExact`. */
  add(code: string, quantityMilli: number, rateMicro: number, amountMinor: number): void {
    this.items.push({ code, quantityMilli, rateMicro, amountMinor });
    this.totalMinor += amountMinor;
    this.magnitudeMinor += amountMinor < 0 ? -amountMinor : amountMinor;
  }

  /** Whether every line and every sum so far is exact. NaN and overflow both make this false. */
  get isExact(): boolean {
    return this.magnitudeMinor <= Number.MAX_SAFE_INTEGER;
  }
}
