import type { BillingRunSpec } from "../../crds/billing-run.ts";
import type { Reason } from "../../crds/conditions.ts";
import { canaryPartitions } from "./canary.ts";
import type { LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";
import { billedIn, heldIn, totalMinorOf } from "./totals.ts";

/** A limit that the result exceeds, in words with its numbers. */
export interface TrippedGate {
  readonly reason: Reason;
  readonly message: string;
}

/**
 * Gates that can be judged on the canary alone: held accounts against the whole limit, and the amount a bill against
 * the baseline's, as the canary's members were not summed by themselves then.
 */
export function canaryGate(spec: BillingRunSpec, ledger: LedgerFacts): TrippedGate | null {
  const canary = canaryPartitions(spec, ledger);
  if (canary.length === 0) return null;
  const held = heldIn(canary);
  if (held > spec.gates.heldBills) {
    return { reason: "CanaryHeldBills", message: `${held} accounts held, limit ${spec.gates.heldBills}` };
  }
  const { baseline } = ledger;
  const billed = billedIn(canary);
  if (baseline === null || baseline.billed === 0 || billed === 0) return null;
  const before = baseline.totalMinor * BigInt(billed);
  const change = changePercent(before, totalMinorOf(canary) * BigInt(baseline.billed));
  if (Math.abs(change) <= spec.gates.totalChangePercent) return null;
  const message = `amount a bill changed by ${change.toFixed(2)} %, limit ${spec.gates.totalChangePercent} %`;
  return { reason: "CanaryAmountChanged", message };
}

/** The first gate that the whole, verified result does not pass. */
export function resultGate({ gates }: BillingRunSpec, ledger: LedgerFacts): TrippedGate | null {
  const held = heldIn(ledger.partitions);
  if (held > gates.heldBills) {
    return { reason: "TooManyHeldBills", message: `${held} accounts held, limit ${gates.heldBills}` };
  }
  const { baseline } = ledger;
  if (baseline === null) return null;
  const change = changePercent(baseline.totalMinor, totalMinorOf(ledger.partitions));
  if (Math.abs(change) > gates.totalChangePercent) {
    const message = `the sum changed by ${change.toFixed(2)} %, limit ${gates.totalChangePercent} %`;
    return { reason: "TotalChanged", message };
  }
  const largest = baseline.largestBillIncreasePercent ?? 0;
  if (largest <= gates.billChangePercent) return null;
  const message = `a bill rose by ${largest.toFixed(2)} %, limit ${gates.billChangePercent} %`;
  return { reason: "SingleBillChanged", message };
}

/** Change in percent, exact to a hundredth; Infinity when something came from nothing. */
function changePercent(before: bigint, after: bigint): number {
  if (before === 0n) return after === 0n ? 0 : Infinity;
  return Number(((after - before) * 10_000n) / before) / 100;
}
