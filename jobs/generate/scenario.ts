import type { BillingPeriod } from "../../billing/period.ts";
import type { Catalogue } from "./catalogue.ts";

/** Everything that the generated rows follow from. Plain values: it is sent to worker threads. */
export interface Scenario {
  /** Number of members; each has one account. */
  readonly members: number;
  /** Usage records in all. */
  readonly records: number;
  readonly seed: number;
  readonly period: BillingPeriod;
  /** Milliseconds of the midnights of the period in the billing time zone, the one after its last day included. */
  readonly midnightsMs: readonly number[];
  readonly catalogue: Catalogue;
}
