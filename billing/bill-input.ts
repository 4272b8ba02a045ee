/**
 * Everything the bill of one account for one period is computed from, besides the tariff.
 *
 * It is what a settlement worker reads, what stands beside the bill as its snapshot, and what a replay feeds to
 * `billAccount` again. Days are integers counted from 1970-01-01 (`epochDay`), so that no time zone can creep in.
 */
export interface BillInput {
  readonly accountId: number;
  /** ISO 4217 code the account is billed in; a tariff of another currency holds the account. */
  readonly currency: string;
  /** Day the member joined the carrier; the long-term discount counts full years from it to the period's end. */
  readonly joinedOn: number;
  /** Month and day of birth as `month * 100 + day`, 0 when unknown. */
  readonly birthday: number;
  /** Welfare class by its code in the tariff, "" for none. */
  readonly welfare: string;
  /** Sum of the full years of tenure of all members of the family at the period's end; null without a family. */
  readonly familyTenureYears: number | null;
  readonly subscriptions: readonly SubscriptionInput[];
  readonly adjustments: readonly AdjustmentInput[];
}

/** One subscription of the account. A change of plan within a month is two subscriptions, one ending, one starting. */
export interface SubscriptionInput {
  readonly subscriptionId: number;
  readonly plan: string;
  /** First day of service. */
  readonly startedOn: number;
  /** Last day of service, counted; null while it goes on. */
  readonly endedOn: number | null;
  /** Days of the period during which service was suspended at the member's wish (0 = none). */
  readonly suspendedDays: number;
  readonly contract: ContractInput | null;
  readonly addOns: readonly AddOnInput[];
  readonly usage: readonly UsageSum[];
}

/** A term commitment that earns the contract discount and, when broken early, costs a claw-back. */
export interface ContractInput {
  readonly months: number;
  readonly startedOn: number;
  /** Last day of the contract when it was ended before its term; null while it holds. */
  readonly terminatedOn: number | null;
}

export interface AddOnInput {
  readonly code: string;
  readonly startedOn: number;
  readonly endedOn: number | null;
}

/**
 * Usage of one subscription on one meter in one time band, summed over the period's records after each record was
 * rounded up to the meter's step. Thousandths of the meter's unit (of a second, a kilobyte, a message).
 */
export interface UsageSum {
  readonly meter: string;
  /** Time band by its code in the tariff; "" where the meter has none. */
  readonly band: string;
  readonly quantityMilli: number;
}

/** A correction by hand or a one-off charge. Negative amounts are credits. */
export interface AdjustmentInput {
  readonly adjustmentId: number;
  /** `taxable` enters the sum before tax, `final` is added after tax (a credit note, a refund of an overpayment). */
  readonly kind: "taxable" | "final";
  /** One-off charge of the tariff this stands for ("" for a correction by hand). */
  readonly charge: string;
  readonly amountMinor: number;
}
