import { createHash } from "node:crypto";
import type { HeldAccount } from "../../billing/bill.ts";

const DIGEST_BYTES = 16;
const BATCH = 4096;

/**
 * Digest of a partition: SHA-256 over the digests of its bills in order of account, then over its held accounts as
 * `account:reason;`. verify computes the same from the tables.
 */
export class PartitionDigest {
  readonly #hash = createHash("sha256");
  // One update of the hash for many bills: the call costs more than the sixteen bytes.
  readonly #batch = Buffer.alloc(BATCH * DIGEST_BYTES);
  #used = 0;

  add(billDigest: Buffer): void {
    this.#used += billDigest.copy(this.#batch, this.#used);
    if (this.#used === this.#batch.length) this.#flush();
  }

  /** `held` in order of account. The digest cannot be used afterwards. */
  finish(held: readonly HeldAccount[]): Buffer {
    this.#flush();
    for (const account of held) this.#hash.update(heldEntry(account.accountId, account.reason));
    return this.#hash.digest();
  }

  #flush(): void {
    this.#hash.update(this.#batch.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** How a held account enters its partition's digest. */
export function heldEntry(accountId: number, reason: string): string {
  return `${accountId}:${reason};`;
}
