import type { MemberRow } from "../../database/members/copy-members.ts";
import { emailKey, phoneKey, pushTokenKey } from "../../database/members/contact-key.ts";
import type { ColumnCipher } from "../../platform/encryption.ts";
import type { Person } from "./person.ts";

/** The row of a member: contacts encrypted for exactly this row, and findable by their blind indexes. */
export function sealMember(cipher: ColumnCipher, id: number, person: Person): MemberRow {
  const { name, email, phone, pushToken } = person;
  return {
    id,
    nameEncrypted: cipher.encrypt(name, { table: "members", column: "name", row: id }),
    emailEncrypted:
      email === null ? null : cipher.encrypt(email, { table: "members", column: "email", row: id }),
    phoneEncrypted:
      phone === null ? null : cipher.encrypt(phone, { table: "members", column: "phone", row: id }),
    emailIndex: email === null ? null : cipher.blindIndex(emailKey(email)),
    phoneIndex: phone === null ? null : cipher.blindIndex(phoneKey(phone)),
    language: person.language,
    timeZone: person.timeZone,
    sendDay: person.sendDay,
    quietStart: person.quiet?.[0] ?? null,
    quietEnd: person.quiet?.[1] ?? null,
    preferredChannel: person.preferredChannel,
    pushTokenEncrypted:
      pushToken === null
        ? null
        : cipher.encrypt(pushToken, { table: "members", column: "push_token", row: id }),
    pushTokenIndex: pushToken === null ? null : cipher.blindIndex(pushTokenKey(pushToken)),
  };
}
