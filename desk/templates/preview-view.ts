import { periodOfBill } from "../../database/commands/message-target.ts";
import { newestLive } from "../../database/templates/newest-live.ts";
import { sampleBill } from "../../database/templates/sample-bills.ts";
import type { BillView } from "../../notification/templates/bill-view.ts";
import type { BillLetterhead } from "../../notification/templates/letterhead.ts";
import type { Locale } from "../../notification/templates/locale.ts";
import { sampleView } from "../../notification/templates/sample-bill.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billWriting } from "./bill-writing.ts";

/** Which bill a message is shown of. */
export interface PreviewedBill {
  readonly locale: Locale;
  /** A bill of a live generation; null = a made-up one. */
  readonly billId: number | null;
  /** As the correction of this amount; null = as a first bill. */
  readonly toldMinor: number | null;
}

/** The bill as a template gets it, name and number masked. Throws PermanentError when no live generation has it. */
export async function previewView(
  client: Queryable,
  { locale, billId, toldMinor }: PreviewedBill,
  letterhead: BillLetterhead,
): Promise<BillView> {
  if (billId === null) return sampleView(locale, { toldMinor });
  const period = periodOfBill(billId);
  const live = period === null ? null : await newestLive(client, period);
  const bill = live === null ? null : await sampleBill(client, live, billId);
  if (live === null || bill === null) {
    throw new PermanentError("unknown-bill", `no live generation has a bill ${billId}`);
  }
  return (await billWriting(client, live, letterhead, locale))(bill, toldMinor);
}
