import { memberColumn } from "../database/deliverable-bills/contact-address.ts";
import type { ClaimedRow } from "../database/deliverable-bills/claim.ts";
import type { Contact } from "../notification/channels/registry.ts";
import type { ColumnCipher } from "../platform/encryption.ts";
import { PermanentError } from "../platform/errors.ts";

/** Whether the member of a claimed bill has this contact. */
export function hasContact(bill: ClaimedRow, contact: Contact): boolean {
  return sealedContact(bill, contact).sealed !== null;
}

/** The contact in plain, for the sender alone. Throws PermanentError when there is none or it does not decrypt. */
export function openContact(bill: ClaimedRow, contact: Contact, cipher: ColumnCipher): string {
  const { column, sealed } = sealedContact(bill, contact);
  if (sealed === null) throw new PermanentError("no-contact", `member without ${column}`);
  return cipher.decrypt(sealed, memberColumn(column, bill.memberId));
}

interface SealedContact {
  readonly column: "email" | "phone" | "push_token";
  readonly sealed: Buffer | null;
}

function sealedContact(bill: ClaimedRow, contact: Contact): SealedContact {
  switch (contact) {
    case "email":
      return { column: "email", sealed: bill.emailEncrypted };
    case "phone":
      return { column: "phone", sealed: bill.phoneEncrypted };
    case "pushToken":
      return { column: "push_token", sealed: bill.pushTokenEncrypted };
  }
}
