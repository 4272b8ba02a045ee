import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerPartition } from "../../database/generations/load-partitions.ts";
import type { BillFacts } from "../../database/proof/bill-facts.ts";
import { checkGeneration, type Evidence } from "./checks.ts";

const digest = Buffer.alloc(32, 1);

function partition(partitionIndex: number, change: Partial<LedgerPartition> = {}): LedgerPartition {
  const counts = { expectedAccounts: 10, billed: 7, held: 1, excluded: 2, items: 20, totalMinor: "1000" };
  return { partitionIndex, state: "done", ...counts, digest, ...change };
}

function fact(partitionIndex: number, change: Partial<BillFacts> = {}): BillFacts {
  const sums = { bills: 7, held: 1, items: 20, totalMinor: 1000n, lowestMinor: 0, unbalanced: 0 };
  return { partitionIndex, ...sums, digest, ...change };
}

const sound: Evidence = {
  partitions: [partition(0), partition(1)],
  facts: [fact(0), fact(1)],
  expectedAccounts: 20,
  duplicateBills: 0,
  itemsTotalMinor: 2000n,
  meters: [{ meter: "voice", recordedMilli: 5n, ratedMilli: 3n, heldMilli: 2n }],
  replay: { replayed: 14, different: [] },
};

function failing(change: Partial<Evidence>): string[] {
  return checkGeneration({ ...sound, ...change })
    .filter((check) => !check.holds)
    .map((check) => check.name);
}

test("a sound generation passes every check, and each check says its numbers", () => {
  const checks = checkGeneration(sound);
  assert.equal(checks.length, 8);
  assert.ok(checks.every((check) => check.holds && /\d/.test(check.detail)));
});

const faults: readonly [string, Partial<Evidence>, readonly string[]][] = [
  ["an account is missing", { expectedAccounts: 21 }, ["members-accounted-for"]],
  [
    "two partitions make up for one another",
    { partitions: [partition(0, { expectedAccounts: 11 }), partition(1, { expectedAccounts: 9 })] },
    ["members-accounted-for"],
  ],
  ["the tables have a bill more", { facts: [fact(0), fact(1, { bills: 8 })] }, ["tables-match-ledger"]],
  ["a held account is not listed", { facts: [fact(0, { held: 0 }), fact(1)] }, ["tables-match-ledger"]],
  ["a bill is out of balance", { facts: [fact(0, { unbalanced: 1 }), fact(1)] }, ["items-sum-to-bills"]],
  ["items of no partition have amounts", { itemsTotalMinor: 2001n }, ["items-sum-to-bills"]],
  ["a total is below zero", { facts: [fact(0, { lowestMinor: -1 }), fact(1)] }, ["no-negative-bill"]],
  ["an account has two bills", { duplicateBills: 1 }, ["one-bill-per-account"]],
  [
    "a thousandth of a unit is lost",
    { meters: [{ meter: "voice", recordedMilli: 6n, ratedMilli: 3n, heldMilli: 2n }] },
    ["usage-in-equals-usage-rated"],
  ],
  ["a digest differs", { facts: [fact(0), fact(1, { digest: Buffer.alloc(32) })] }, ["digests-recomputed"]],
  ["a replay differs", { replay: { replayed: 14, different: [3] } }, ["replay-gives-the-same-bill"]],
  [
    "a partition was never done",
    {
      partitions: [
        partition(0),
        partition(1, {
          state: "pending",
          billed: null,
          held: null,
          excluded: null,
          items: null,
          totalMinor: null,
          digest: null,
        }),
      ],
    },
    ["members-accounted-for", "tables-match-ledger", "digests-recomputed"],
  ],
];

for (const [what, change, seenBy] of faults) {
  test(`when ${what}, exactly ${seenBy.join(", ")} does not hold`, () => {
    assert.deepEqual(failing(change), seenBy);
  });
}
