import { createHash } from "node:crypto";
import type { BillingRunSpec } from "../../crds/billing-run.ts";
import type { LedgerFacts, PartitionFacts } from "../../database/run-ledger/ledger-facts.ts";

/** Partitions that are settled and looked at before the others; none when there is but one partition. */
export function canaryIndexes({ canary, partitions }: BillingRunSpec): number[] {
  if (partitions === 1) return [];
  return Array.from({ length: Math.min(canary.partitions, partitions) }, (_, index) => index);
}

/** The canary's partitions in the ledger. */
export function canaryPartitions(spec: BillingRunSpec, ledger: LedgerFacts): PartitionFacts[] {
  const indexes = new Set(canaryIndexes(spec));
  return ledger.partitions.filter((partition) => indexes.has(partition.index));
}

/** What a person approves after a canary was held: SHA-256 over the digests of its partitions, in order. */
export function canaryDigest(spec: BillingRunSpec, ledger: LedgerFacts): string {
  const hash = createHash("sha256");
  for (const partition of canaryPartitions(spec, ledger)) hash.update(partition.digest ?? "", "hex");
  return hash.digest("hex");
}
