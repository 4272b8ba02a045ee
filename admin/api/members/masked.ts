import { memberColumn } from "../../../database/deliverable-bills/contact-address.ts";
import { plainName } from "../../../notification/templates/plain-name.ts";
import type { ColumnCipher } from "../../../platform/encryption.ts";
import { maskEmail, maskName, maskPhone } from "../../../platform/mask.ts";
import type { ContactKeys } from "../../contact-keys.ts";

/** Contacts of a member's row. */
export interface SealedContacts {
  readonly memberId: number;
  readonly nameEncrypted: Buffer;
  readonly emailEncrypted: Buffer | null;
  readonly phoneEncrypted: Buffer | null;
}

/** The same, opened. */
export interface Contacts {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
}

/** Opens a member's contacts. Throws PermanentError `undecryptable`, or RetryableError `unknown-key`. */
export function openContacts(sealed: SealedContacts, cipher: ColumnCipher): Contacts {
  const { memberId, nameEncrypted, emailEncrypted, phoneEncrypted } = sealed;
  const open = (column: "email" | "phone", value: Buffer | null): string | null =>
    value === null ? null : cipher.decrypt(value, memberColumn(column, memberId));
  return {
    name: plainName(cipher.decrypt(nameEncrypted, memberColumn("name", memberId))),
    email: open("email", emailEncrypted),
    phone: open("phone", phoneEncrypted),
  };
}

/** A member's contacts as anybody signed in may see them: masked; without a key, only whether they are there. */
export function maskedContacts(sealed: SealedContacts, { cipher }: ContactKeys): Contacts {
  if (cipher === null) {
    const hidden = (value: Buffer | null): string | null => (value === null ? null : "****");
    return { name: "*", email: hidden(sealed.emailEncrypted), phone: hidden(sealed.phoneEncrypted) };
  }
  const { name, email, phone } = openContacts(sealed, cipher);
  return {
    name: maskName(name),
    email: email === null ? null : maskEmail(email),
    phone: phone === null ? null : maskPhone(phone),
  };
}
