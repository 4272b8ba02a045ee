import { memberColumn } from "../database/deliverable-bills/contact-address.ts";
import { buildBillView, type BillFacts, type BillLine } from "../notification/templates/build-bill-view.ts";
import type { BillView, CarrierView } from "../notification/templates/bill-view.ts";
import type { ColumnCipher } from "../platform/encryption.ts";
import { maskPhone } from "../platform/mask.ts";
import type { ClaimedMessage } from "./pipeline/claimed-message.ts";
import type { ConsumerConfig } from "./pipeline/config.ts";

/** What the texts of every bill of a carrier have in common. */
export interface BillLetterhead {
  readonly carrier: CarrierView;
  /** https link to which the bill's number is appended, or "". */
  readonly billUrl: string;
  /** Day of the month after the billed one, 1 to 28. */
  readonly dueDay: number;
}

/** The letterhead from the configuration. */
export function letterheadOf(config: ConsumerConfig): BillLetterhead {
  return {
    carrier: {
      name: config.CARRIER_NAME,
      supportPhone: config.CARRIER_SUPPORT_PHONE,
      supportEmail: config.CARRIER_SUPPORT_EMAIL,
      websiteUrl: config.CARRIER_WEBSITE_URL,
      logoUrl: config.CARRIER_LOGO_URL,
    },
    billUrl: config.BILL_URL,
    dueDay: config.BILL_DUE_DAY,
  };
}

/** The claimed bill as templates see it. Throws PermanentError when a contact does not decrypt. */
export function billViewOf(
  message: ClaimedMessage,
  cipher: ColumnCipher,
  letterhead: BillLetterhead,
): BillView {
  const { bill, book, generation } = message;
  const { memberId, nameEncrypted, phoneEncrypted } = bill;
  const phone = phoneEncrypted && cipher.decrypt(phoneEncrypted, memberColumn("phone", memberId));
  const facts: BillFacts = {
    carrier: letterhead.carrier,
    memberName: cipher.decrypt(nameEncrypted, memberColumn("name", memberId)),
    maskedNumber: phone === null ? "" : maskPhone(phone),
    billNumber: String(bill.billId),
    period: generation.period,
    dueOn: dueOn(generation.period, letterhead.dueDay),
    currency: book.currency,
    totalMinor: bill.totalMinor,
    payment: "unpaid",
    lines: billLines(message),
    billUrl: letterhead.billUrl === "" ? "" : `${letterhead.billUrl}${bill.billId}`,
  };
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

/** The due day in the month after `period`, as `YYYY-MM-DD`. */
function dueOn(period: string, dueDay: number): string {
  const [year = 0, month = 0] = period.split("-").map(Number);
  const [dueYear, dueMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return `${dueYear}-${String(dueMonth).padStart(2, "0")}-${String(dueDay).padStart(2, "0")}`;
}
