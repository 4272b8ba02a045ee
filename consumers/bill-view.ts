import { memberColumn } from "../database/deliverable-bills/contact-address.ts";
import { buildBillView, type BillLine } from "../notification/templates/build-bill-view.ts";
import type { BillView } from "../notification/templates/bill-view.ts";
import { letterFacts } from "../notification/templates/letter-facts.ts";
import type { BillLetterhead } from "../notification/templates/letterhead.ts";
import type { ColumnCipher } from "../platform/encryption.ts";
import { maskPhone } from "../platform/mask.ts";
import type { ClaimedMessage } from "./pipeline/claimed-message.ts";

/** The claimed bill as templates see it. Throws PermanentError when a contact does not decrypt. */
export function billViewOf(
  message: ClaimedMessage,
  cipher: ColumnCipher,
  letterhead: BillLetterhead,
): BillView {
  const { bill, book, generation } = message;
  const { memberId, nameEncrypted, phoneEncrypted } = bill;
  const phone = phoneEncrypted && cipher.decrypt(phoneEncrypted, memberColumn("phone", memberId));
  const facts = letterFacts(
    letterhead,
    { ...bill, period: generation.period, currency: book.currency, lines: billLines(message) },
    {
      name: cipher.decrypt(nameEncrypted, memberColumn("name", memberId)),
      maskedNumber: phone === null ? "" : maskPhone(phone),
    },
  );
  return buildBillView(facts, book.labels[bill.language]);
}

function billLines({ bill, book }: ClaimedMessage): BillLine[] {
  return (bill.items ?? []).map(([codeId, quantityMilli, rateMicro, amountMinor]) => ({
    code: book.itemCodes.get(codeId) ?? `item:${codeId}`,
    quantityMilli,
    rateMicro,
    amountMinor,
  }));
}
