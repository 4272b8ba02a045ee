import type { ContactPair } from "../../database/members/contact-changes.ts";
import type { ColumnCipher } from "../../platform/encryption.ts";

const columns = ["name", "email", "phone", "push_token"] as const;

/** Names of the contacts that differ. Equal contacts have different ciphertexts, so they are compared in plain, in memory only. */
export function changedContacts(cipher: ColumnCipher, { memberId, staged, recorded }: ContactPair): string[] {
  return columns.filter((column) => {
    const open = (sealed: Buffer | null): string | null =>
      sealed === null ? null : cipher.decrypt(sealed, { table: "members", column, row: memberId });
    return open(staged[column]) !== open(recorded[column]);
  });
}
