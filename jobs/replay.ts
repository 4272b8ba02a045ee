import { billAccount } from "../billing/bill-account.ts";
import { billDigest } from "../billing/bill-digest.ts";
import type { Bill } from "../billing/bill.ts";
import { decodeSnapshot } from "../billing/snapshot.ts";
import type { CompiledTariff } from "../billing/tariff/compiled.ts";
import type { StoredBill } from "../database/bills/read-bills.ts";

/**
 * Whether the pure function over a stored bill's snapshot gives that bill again: the stored digest, and the stored rows.
 * The rows are digested too, so that an item changed behind the digest's back is found.
 */
export function replays(tariff: CompiledTariff, stored: StoredBill): boolean {
  const outcome = billAccount(tariff, decodeSnapshot(stored.snapshot));
  if (outcome.kind === "held") return false;
  const rows: Bill = {
    accountId: stored.accountId,
    items: stored.items,
    taxableMinor: stored.taxableMinor,
    taxMinor: stored.taxMinor,
    totalMinor: stored.totalMinor,
  };
  return billDigest(outcome.bill).equals(stored.digest) && billDigest(rows).equals(stored.digest);
}
