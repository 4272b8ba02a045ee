import { shownBill } from "../database/bills/shown-bill.ts";
import { periodOfBill } from "../database/commands/message-target.ts";
import { newestLive, type LiveGeneration } from "../database/templates/newest-live.ts";
import { buildBillView } from "../notification/templates/build-bill-view.ts";
import { letterFacts } from "../notification/templates/letter-facts.ts";
import type { BillLetterhead } from "../notification/templates/letterhead.ts";
import type { Locale } from "../notification/templates/locale.ts";
import { renderBill } from "../notification/templates/render-bill.ts";
import type { Queryable } from "../platform/postgres.ts";
import type { PageBook } from "./page-book.ts";

/** What pages are made from. */
export interface PageSource {
  readonly database: Queryable;
  readonly letterhead: BillLetterhead;
  readonly bookOf: (live: LiveGeneration) => Promise<PageBook>;
}

/** A page in the language of the bill's member. */
export interface RenderedPage {
  readonly language: Locale;
  readonly html: string;
}

/** Whoever has the link may see the bill, and nothing says that this is its member: no name, no number. */
const nobody = { name: "", maskedNumber: "" };

/** The bill of that number as its month stands today; null when no live generation has it. */
export async function renderBillPage(source: PageSource, billId: number): Promise<RenderedPage | null> {
  const { database, bookOf } = source;
  const period = periodOfBill(billId);
  const live = period === null ? null : await newestLive(database, period);
  const bill = live === null ? null : await shownBill(database, live, billId);
  if (live === null || bill === null) return null;
  const { templates, labels, currency } = await bookOf(live);
  const { language, totalMinor, items: lines } = bill;
  // The page is where the link leads.
  const letterhead = { ...source.letterhead, billUrl: "" };
  const told = { billId, period: live.period, currency, totalMinor, toldMinor: null, lines };
  const view = buildBillView(letterFacts(letterhead, told, nobody), labels[language]);
  return { language, html: renderBill("email", language, view, templates).html };
}
