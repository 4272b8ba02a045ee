import { createBillBooks } from "../../consumers/pipeline/bill-books.ts";
import { memberColumn } from "../../database/deliverable-bills/contact-address.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import type { SampleBill } from "../../database/run-ledger/sample-bill.ts";
import { buildBillView } from "../../notification/templates/build-bill-view.ts";
import { renderBill } from "../../notification/templates/render-bill.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import { maskPhone } from "../../platform/mask.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** The bill as its member's e-mail shows it: a whole HTML page. */
export async function renderBillPage(
  client: Queryable,
  address: GenerationAddress,
  bill: SampleBill,
  secrets: NodeJS.ProcessEnv,
): Promise<string> {
  const cipher = createColumnCipher(secrets["ENCRYPTION_KEYS"] ?? "", secrets["BLIND_INDEX_KEY"] ?? "");
  const book = await createBillBooks(client)(address);
  const phone =
    bill.phoneEncrypted && cipher.decrypt(bill.phoneEncrypted, memberColumn("phone", bill.memberId));
  const view = buildBillView(
    {
      carrier: { name: "Mobile", supportPhone: "", supportEmail: "", websiteUrl: "", logoUrl: "" },
      memberName: cipher.decrypt(bill.nameEncrypted, memberColumn("name", bill.memberId)),
      maskedNumber: phone === null ? "" : maskPhone(phone),
      billNumber: String(bill.billId),
      period: address.period,
      dueOn: dueOn(address.period),
      currency: book.currency,
      totalMinor: bill.totalMinor,
      toldMinor: null,
      payment: "unpaid",
      lines: bill.items.map(([codeId, quantityMilli, rateMicro, amountMinor]) => ({
        code: book.itemCodes.get(codeId) ?? `item:${codeId}`,
        ...{ quantityMilli, rateMicro, amountMinor },
      })),
      billUrl: "",
    },
    book.labels[bill.language],
  );
  return renderBill("email", bill.language, view).html;
}

/** The 25th of the month after, as the consumers have it by default. */
function dueOn(period: string): string {
  const [year = 0, month = 0] = period.split("-").map(Number);
  return new Date(Date.UTC(year, month, 25)).toISOString().slice(0, 10);
}
