import type { BillFacts } from "../../database/proof/bill-facts.ts";
import type { LedgerPartition } from "../../database/generations/load-partitions.ts";
import type { Check } from "../../database/generations/record-proof.ts";

/** Units of one meter as recorded, as rated on bills, and as held back. */
export interface MeterBalance {
  readonly meter: string;
  readonly recordedMilli: bigint;
  readonly ratedMilli: bigint;
  readonly heldMilli: bigint;
}

/** Everything the proof is drawn from: the ledger on one side, the tables read anew on the other. */
export interface Evidence {
  readonly partitions: readonly LedgerPartition[];
  readonly facts: readonly BillFacts[];
  readonly expectedAccounts: number;
  readonly duplicateBills: number;
  /** Sum of all items, from the item rows. */
  readonly itemsTotalMinor: bigint;
  readonly meters: readonly MeterBalance[];
  readonly replay: { readonly replayed: number; readonly different: readonly number[] };
}

/** The checks of a generation, each with the numbers behind it. */
export function checkGeneration(evidence: Evidence): Check[] {
  return [
    checkAccounts(evidence),
    checkLedger(evidence),
    checkItems(evidence),
    checkNegative(evidence),
    checkDuplicates(evidence),
    checkUsage(evidence),
    checkDigests(evidence),
    checkReplay(evidence),
  ];
}

function checkAccounts({ partitions, expectedAccounts }: Evidence): Check {
  const [billed, held, excluded] = [
    sumOf(partitions, "billed"),
    sumOf(partitions, "held"),
    sumOf(partitions, "excluded"),
  ];
  const uneven = partitions.filter(
    (p) => (p.billed ?? 0) + (p.held ?? 0) + (p.excluded ?? 0) !== p.expectedAccounts,
  );
  return {
    name: "members-accounted-for",
    holds: billed + held + excluded === expectedAccounts && uneven.length === 0,
    detail:
      `${expectedAccounts} accounts = ${billed} billed + ${held} held + ${excluded} excluded` +
      naming(uneven, "uneven"),
  };
}

function checkLedger({ partitions, facts }: Evidence): Check {
  const differing = partitions.filter((p, index) => {
    const fact = facts[index];
    return (
      fact?.bills !== p.billed ||
      fact.held !== p.held ||
      fact.items !== p.items ||
      fact.totalMinor.toString() !== p.totalMinor
    );
  });
  const bills = facts.reduce((sum, fact) => sum + fact.bills, 0);
  return {
    name: "tables-match-ledger",
    holds: differing.length === 0 && facts.length === partitions.length,
    detail: `${bills} bills in ${facts.length} partitions counted anew` + naming(differing, "differing"),
  };
}

function checkItems({ facts, itemsTotalMinor }: Evidence): Check {
  const unbalanced = facts.reduce((sum, fact) => sum + fact.unbalanced, 0);
  const billsTotal = facts.reduce((sum, fact) => sum + fact.totalMinor, 0n);
  const items = facts.reduce((sum, fact) => sum + fact.items, 0);
  return {
    name: "items-sum-to-bills",
    holds: unbalanced === 0 && billsTotal === itemsTotalMinor,
    detail: `${items} items sum to ${itemsTotalMinor}, bills to ${billsTotal}; ${unbalanced} bills out of balance`,
  };
}

function checkNegative({ facts }: Evidence): Check {
  const lowest = facts.reduce((least, fact) => Math.min(least, fact.lowestMinor), 0);
  return { name: "no-negative-bill", holds: lowest >= 0, detail: `the lowest bill is not below ${lowest}` };
}

function checkDuplicates({ duplicateBills }: Evidence): Check {
  return {
    name: "one-bill-per-account",
    holds: duplicateBills === 0,
    detail: `${duplicateBills} accounts with more than one bill`,
  };
}

function checkUsage({ meters }: Evidence): Check {
  const units = meters.map(
    ({ meter, recordedMilli, ratedMilli, heldMilli }) =>
      `${meter} ${recordedMilli} = ${ratedMilli} rated + ${heldMilli} held`,
  );
  return {
    name: "usage-in-equals-usage-rated",
    holds: meters.every((meter) => meter.recordedMilli === meter.ratedMilli + meter.heldMilli),
    detail: `thousandths of a unit: ${units.join("; ")}`,
  };
}

function checkDigests({ partitions, facts }: Evidence): Check {
  const differing = partitions.filter(
    (p, index) => p.digest === null || facts[index]?.digest.equals(p.digest) !== true,
  );
  return {
    name: "digests-recomputed",
    holds: differing.length === 0,
    detail:
      `${partitions.length} partition digests computed anew from the bills` + naming(differing, "differing"),
  };
}

function checkReplay({ replay }: Evidence): Check {
  const { replayed, different } = replay;
  const named = different.length === 0 ? "" : `, different: ${different.slice(0, 10).join(", ")}`;
  return {
    name: "replay-gives-the-same-bill",
    holds: different.length === 0,
    detail: `${replayed} bills computed again from their snapshots${named}`,
  };
}

function sumOf(partitions: readonly LedgerPartition[], field: "billed" | "held" | "excluded"): number {
  return partitions.reduce((sum, partition) => sum + (partition[field] ?? 0), 0);
}

function naming(partitions: readonly LedgerPartition[], what: string): string {
  return partitions.length === 0
    ? ""
    : `; ${what}: partition ${partitions.map((p) => p.partitionIndex).join(", ")}`;
}
