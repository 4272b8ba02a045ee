import { currencyExponent } from "../../../billing/money/currency.ts";
import { labelBooks } from "../../../billing/tariff/label-books.ts";
import { parseTariff } from "../../../billing/tariff/parse.ts";
import { readBillRows, type BillRow } from "../../../database/bills/bill-rows.ts";
import { readBills } from "../../../database/bills/read-bills.ts";
import type { GenerationAddress } from "../../../database/generations/address.ts";
import { readGenerationFacts } from "../../../database/deliverable-bills/generation-facts.ts";
import { readMember } from "../../../database/members/read-member.ts";
import { loadTariff } from "../../../database/tariffs/load-tariff.ts";
import { pinnedVersions } from "../../../database/templates/pinned-versions.ts";
import type { BillTemplates } from "../../../notification/templates/bill-templates.ts";
import type { BillView } from "../../../notification/templates/bill-view.ts";
import { buildBillView } from "../../../notification/templates/build-bill-view.ts";
import { letterFacts } from "../../../notification/templates/letter-facts.ts";
import type { Locale } from "../../../notification/templates/locale.ts";
import { pinnedTemplates } from "../../../notification/templates/pinned-templates.ts";
import { renderBill, type RenderedBill } from "../../../notification/templates/render-bill.ts";
import type { RequestContext } from "../../http/route.ts";
import { notFound } from "../../http/problem.ts";
import { maskedContacts } from "../members/masked.ts";
import { addressOfBill, type BillReference } from "./bill-on-file.ts";

/** A bill's message as its member reads it, but for name and number, which are masked, and the link, which is not signed. */
export interface RenderedMessage extends RenderedBill {
  readonly generation: number;
  readonly language: Locale;
  readonly templates: string;
  readonly promotional: boolean;
}

/**
 * Renders the message by the templates that its generation was promoted with. A bill that did not change when it was settled
 * again has the message, and the templates, of the generation that told it.
 */
export async function renderedMessage(
  context: RequestContext,
  reference: BillReference,
): Promise<RenderedMessage> {
  const { pool } = context;
  const { billId } = reference;
  const address = await addressOfBill(pool, reference);
  const [row] = await readBillRows(pool, [address], { billIds: [billId] });
  if (row === undefined) throw notFound(`bill ${billId} in generation ${address.generation}`);
  const told = { period: address.period, generation: row.message?.generation ?? address.generation };
  const templates = pinnedTemplates(await pinnedVersions(pool, told));
  const { view, language } = await viewOf(context, address, row);
  return {
    ...{ generation: address.generation, language },
    ...{ templates: templates.version, promotional: templates.promotional },
    ...renderedBy(templates, language, view),
  };
}

function renderedBy(templates: BillTemplates, language: Locale, view: BillView): RenderedBill {
  return {
    email: renderBill("email", language, view, templates),
    sms: renderBill("sms", language, view, templates),
    push: renderBill("push", language, view, templates),
  };
}

async function viewOf(
  { pool, contacts, letterhead }: RequestContext,
  address: GenerationAddress,
  row: BillRow,
): Promise<{ readonly view: BillView; readonly language: Locale }> {
  const { period } = address;
  const [stored] = await readBills(pool, address, [row.billId]);
  const member = await readMember(pool, row.memberId);
  const facts = await readGenerationFacts(pool, address);
  if (stored === undefined || member === null) throw notFound(`bill ${row.billId}`);
  const { name, version, document } = await loadTariff(pool, { id: facts.tariffId });
  const parsed = parseTariff(document, `${name}@${version}`);
  const { language } = member;
  const masked = maskedContacts(member, contacts);
  const bill = {
    ...{ billId: row.billId, period, totalMinor: stored.totalMinor, lines: stored.items },
    toldMinor: row.message?.toldMinor ?? null,
    currency: { code: facts.currency, minorDigits: currencyExponent(facts.currency) ?? 0 },
  };
  // A signed link opens the bill for whoever has it.
  const unsigned = { ...letterhead, linkKeys: [] };
  const letter = letterFacts(unsigned, bill, { name: masked.name, maskedNumber: masked.phone ?? "" });
  const labels = labelBooks(parsed.ok ? parsed.tariff : null, period);
  return { view: buildBillView(letter, labels[language]), language };
}
