/** Why delivery is held in a database (`delivery_hold()`). */
export type DeliveryHold = "never-armed" | "by-order" | "went-back" | "other-server" | "other-timeline";

/** Life of a generation in the ledger. */
export type GenerationState = "settling" | "verified" | "live" | "superseded" | "abandoned";

export interface PartitionFacts {
  readonly index: number;
  readonly state: "pending" | "running" | "done" | "failed";
  readonly expected: number;
  readonly billed: number;
  readonly held: number;
  readonly excluded: number;
  readonly totalMinor: bigint;
  readonly startedAtMs: number | null;
  /** Hexadecimal; null until done. */
  readonly digest: string | null;
}

/** One check of the proof that `verify` left in the ledger. */
export interface ProofFacts {
  readonly name: string;
  readonly holds: boolean;
}

/** What the result is compared with: the live generation of the period, else the one of the month before. */
export interface BaselineFacts {
  readonly billed: number;
  readonly totalMinor: bigint;
  /** Largest increase of one account's bill, in percent of its baseline; null until the bills can be compared. */
  readonly largestBillIncreasePercent: number | null;
}

/** Notification rows of the generation by where they stand. */
export interface NotificationFacts {
  readonly scheduled: number;
  readonly queued: number;
  /** SENDING or UNKNOWN: a worker holds it, or its lease has to run out. */
  readonly inFlight: number;
  /** SENT or DELIVERED. */
  readonly sent: number;
  readonly dead: number;
  /** CANCELLED or SUPERSEDED. */
  readonly dropped: number;
}

/** The run's latest generation as the ledger has it. */
export interface LedgerFacts {
  readonly generation: number;
  readonly state: GenerationState;
  readonly createdAtMs: number;
  readonly expected: number;
  readonly currency: string;
  readonly partitions: readonly PartitionFacts[];
  /** Hexadecimal; null until verified. */
  readonly digest: string | null;
  readonly proof: readonly ProofFacts[] | null;
  readonly released: boolean;
  /** The instant that the release is reserved for, while it has not come; else null. */
  readonly reservedUntilMs: number | null;
  /** Of the policy that it was promoted with; 0 = no deadline. */
  readonly deliverWithinMs: number;
  /** Messages under way past their deadline. */
  readonly overdue: number;
  /** Why nothing is dispatched from this database; null = delivery is armed. */
  readonly deliveryHold: DeliveryHold | null;
  /** Since when messages that were handed to Kafka are not taken, where that is for too long; else null. */
  readonly outboxStuckSinceMs: number | null;
  /** Null when there is no earlier live generation. */
  readonly baseline: BaselineFacts | null;
  /** Null before promotion. */
  readonly notifications: NotificationFacts | null;
}
