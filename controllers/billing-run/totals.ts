import type { PartitionFacts } from "../../database/run-ledger/ledger-facts.ts";

type Partitions = readonly PartitionFacts[];

/** Accounts billed by these partitions. */
export function billedIn(partitions: Partitions): number {
  return partitions.reduce((sum, partition) => sum + partition.billed, 0);
}

/** Accounts these partitions could not bill. */
export function heldIn(partitions: Partitions): number {
  return partitions.reduce((sum, partition) => sum + partition.held, 0);
}

/** Accounts with nothing to bill. */
export function excludedIn(partitions: Partitions): number {
  return partitions.reduce((sum, partition) => sum + partition.excluded, 0);
}

/** Sum of the bills of these partitions, in minor units. */
export function totalMinorOf(partitions: Partitions): bigint {
  return partitions.reduce((sum, partition) => sum + partition.totalMinor, 0n);
}
