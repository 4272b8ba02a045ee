import { currencyExponent } from "../../billing/money/currency.ts";
import { labelBooks } from "../../billing/tariff/label-books.ts";
import { parseTariff } from "../../billing/tariff/parse.ts";
import { loadTariff } from "../../database/tariffs/load-tariff.ts";
import type { LiveGeneration } from "../../database/templates/newest-live.ts";
import type { SampleBill } from "../../database/templates/sample-bills.ts";
import type { BillView } from "../../notification/templates/bill-view.ts";
import { buildBillView } from "../../notification/templates/build-bill-view.ts";
import { billLinkOf, dueOn, type BillLetterhead } from "../../notification/templates/letterhead.ts";
import type { Locale } from "../../notification/templates/locale.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** Who stands on every previewed bill: the role that reads bills can read no member. */
const MASKED_NAME: Readonly<Record<Locale, string>> = { ko: "김*늘", en: "K** H*****" };
const MASKED_NUMBER = "010-****-1234";

/**
 * Writes the bills of one generation in one language, with everything but the member as a consumer would; as a correction
 * where an amount that was told before is given.
 */
export async function billWriting(
  client: Queryable,
  live: LiveGeneration,
  letterhead: BillLetterhead,
  locale: Locale,
): Promise<(bill: SampleBill, toldMinor?: number | null) => BillView> {
  const { period, currency, tariffId } = live;
  const stored = await loadTariff(client, { id: tariffId });
  const parsed = parseTariff(stored.document, `${stored.name}@${stored.version}`);
  const book = labelBooks(parsed.ok ? parsed.tariff : null, period)[locale];
  // A preview is shown around: no link in it may open anybody's bill.
  const unsigned = { ...letterhead, linkKeys: [] };
  return ({ billId, totalMinor, items }, toldMinor = null) => {
    const facts = {
      carrier: letterhead.carrier,
      memberName: MASKED_NAME[locale],
      maskedNumber: MASKED_NUMBER,
      billNumber: String(billId),
      period,
      dueOn: dueOn(period, letterhead.dueDay),
      currency: { code: currency, minorDigits: currencyExponent(currency) ?? 0 },
      totalMinor,
      toldMinor,
      payment: "unpaid" as const,
      lines: items,
      billUrl: billLinkOf(unsigned, period, billId),
    };
    return buildBillView(facts, book);
  };
}
