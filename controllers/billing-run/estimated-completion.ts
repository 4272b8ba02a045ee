import type { LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";

/**
 * When settlement will be done if the remaining accounts take as long as those so far, in milliseconds since 1970;
 * null before the first partition is done and after the last.
 */
export function estimatedSettledMs(ledger: LedgerFacts, nowMs: number): number | null {
  const done = ledger.partitions.filter((partition) => partition.state === "done");
  const left = ledger.partitions.filter((partition) => partition.state !== "done");
  if (done.length === 0 || left.length === 0) return null;
  const starts = ledger.partitions.flatMap((partition) => partition.startedAtMs ?? []);
  const startMs = Math.min(...starts, nowMs);
  const accounts = (partitions: typeof done): number =>
    partitions.reduce((sum, partition) => sum + partition.expected, 0);
  const doneAccounts = accounts(done);
  if (doneAccounts === 0) return null;
  return Math.round(nowMs + ((nowMs - startMs) * accounts(left)) / doneAccounts);
}
