import type { BillFacts } from "./build-bill-view.ts";
import { billLinkOf, dueOn, type BillLetterhead } from "./letterhead.ts";

/** A bill as its message tells it. */
export type ToldBill = Pick<BillFacts, "period" | "currency" | "totalMinor" | "toldMinor" | "lines"> & {
  readonly billId: number;
};

/** Whom the message addresses. */
export interface Addressee {
  readonly name: string;
  /** `010-****-1234`, or "". */
  readonly maskedNumber: string;
}

/** What one bill's message is rendered from: the same for who sends it and for who looks at it. */
export function letterFacts(letterhead: BillLetterhead, bill: ToldBill, addressee: Addressee): BillFacts {
  const { billId, period, currency, totalMinor, toldMinor, lines } = bill;
  return {
    ...{ period, currency, totalMinor, toldMinor, lines },
    carrier: letterhead.carrier,
    memberName: addressee.name,
    maskedNumber: addressee.maskedNumber,
    billNumber: String(billId),
    dueOn: dueOn(period, letterhead.dueDay),
    payment: "unpaid",
    billUrl: billLinkOf(letterhead, period, billId),
  };
}
