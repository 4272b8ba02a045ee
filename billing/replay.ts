import { billAccount } from "./bill-account.ts";
import { billDigest } from "./bill-digest.ts";
import type { Bill } from "./bill.ts";
import { decodeSnapshot } from "./snapshot.ts";
import type { CompiledTariff } from "./tariff/compiled.ts";

/** A bill as it was stored: its rows, their digest, and the exact text of what it was computed from. */
export interface BillOnFile extends Bill {
  readonly digest: Buffer;
  readonly snapshot: string;
}

/** What a stored bill comes to when it is computed again, and what its rows say now. */
export interface Replay {
  /** Of the pure function over the snapshot; null = the account would be held. */
  readonly computed: Buffer | null;
  /** Of the stored rows, so that an item changed behind the digest's back is found. */
  readonly rows: Buffer;
  /** Whether both are the stored digest. */
  readonly holds: boolean;
}

/** Computes a stored bill again from its snapshot. */
export function replay(tariff: CompiledTariff, stored: BillOnFile): Replay {
  const outcome = billAccount(tariff, decodeSnapshot(stored.snapshot));
  const computed = outcome.kind === "held" ? null : billDigest(outcome.bill);
  const rows = billDigest(stored);
  return { computed, rows, holds: computed?.equals(stored.digest) === true && rows.equals(stored.digest) };
}

/** Whether the pure function over a stored bill's snapshot gives that bill again: the stored digest, and the stored rows. */
export function replays(tariff: CompiledTariff, stored: BillOnFile): boolean {
  return replay(tariff, stored).holds;
}
