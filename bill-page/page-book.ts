import { currencyExponent } from "../billing/money/currency.ts";
import { labelBooks } from "../billing/tariff/label-books.ts";
import { parseTariff } from "../billing/tariff/parse.ts";
import { loadTariff } from "../database/tariffs/load-tariff.ts";
import type { LiveGeneration } from "../database/templates/newest-live.ts";
import { pinnedVersions } from "../database/templates/pinned-versions.ts";
import type { BillTemplates } from "../notification/templates/bill-templates.ts";
import type { LabelBook } from "../notification/templates/line-label.ts";
import type { Locale } from "../notification/templates/locale.ts";
import type { Currency } from "../notification/templates/money-text.ts";
import { pinnedTemplates } from "../notification/templates/pinned-templates.ts";
import type { Queryable } from "../platform/postgres.ts";

/** What all bills of a generation are shown with. */
export interface PageBook {
  readonly currency: Currency;
  readonly labels: Readonly<Record<Locale, LabelBook>>;
  /** The texts that the generation was promoted with: the page says what the e-mail said. */
  readonly templates: BillTemplates;
}

/** Reads each generation's book once a process: what a generation was promoted with never changes. */
export function createPageBooks(database: Queryable): (live: LiveGeneration) => Promise<PageBook> {
  const books = new Map<string, PageBook>();
  return async (live) => {
    const key = `${live.period}/${live.generation}`;
    const book = books.get(key) ?? (await readBook(database, live));
    books.set(key, book);
    return book;
  };
}

async function readBook(database: Queryable, live: LiveGeneration): Promise<PageBook> {
  const { currency, period, tariffId } = live;
  const { name, version, document } = await loadTariff(database, { id: tariffId });
  const parsed = parseTariff(document, `${name}@${version}`);
  return {
    currency: { code: currency, minorDigits: currencyExponent(currency) ?? 0 },
    labels: labelBooks(parsed.ok ? parsed.tariff : null, period),
    templates: pinnedTemplates(await pinnedVersions(database, live)),
  };
}
