import { currencyExponent } from "../../billing/money/currency.ts";
import { parsePeriod } from "../../billing/period.ts";
import { compileTariff } from "../../billing/tariff/compile.ts";
import { parseTariff } from "../../billing/tariff/parse.ts";
import type { LabelSource, Tariff } from "../../billing/tariff/schema.ts";
import { readGenerationFacts } from "../../database/deliverable-bills/generation-facts.ts";
import { readItemCodes } from "../../database/deliverable-bills/item-codes.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { loadTariff } from "../../database/tariffs/load-tariff.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { policyOfGeneration } from "../../notification/read-policy.ts";
import type { LabelBook } from "../../notification/templates/line-label.ts";
import { LOCALES, type Locale } from "../../notification/templates/locale.ts";
import type { Currency } from "../../notification/templates/money-text.ts";
import type { DeliveryRules } from "../../notification/transition.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { createMemberRules, type QuietPreference } from "./member-rules.ts";

/** What all bills of a generation are written and delivered with. */
export interface BillBook {
  readonly currency: Currency;
  readonly labels: Readonly<Record<Locale, LabelBook>>;
  /** Code of an item by its number in the rows. */
  readonly itemCodes: ReadonlyMap<number, string>;
  /** What the generation was promoted with. */
  readonly policy: NotificationPolicy;
  readonly rulesOf: (member: QuietPreference) => DeliveryRules;
}

/** Reads each generation's book once a process: a promoted generation, its tariff, codes and policy never change. */
export function createBillBooks(database: Queryable): (address: GenerationAddress) => Promise<BillBook> {
  const books = new Map<string, BillBook>();
  return async (address) => {
    const key = `${address.period}/${address.generation}`;
    let book = books.get(key);
    if (book === undefined) {
      book = await readBook(database, address);
      books.set(key, book);
    }
    return book;
  };
}

async function readBook(database: Queryable, address: GenerationAddress): Promise<BillBook> {
  const facts = await readGenerationFacts(database, address);
  const stored = await loadTariff(database, { id: facts.tariffId });
  const policy = policyOfGeneration(facts.notificationPolicy);
  const parsed = parseTariff(stored.document, `${stored.name}@${stored.version}`);
  return {
    currency: { code: facts.currency, minorDigits: currencyExponent(facts.currency) ?? 0 },
    labels: labelBooks(parsed.ok ? parsed.tariff : null, address.period),
    itemCodes: await readItemCodes(database),
    policy,
    rulesOf: createMemberRules(policy),
  };
}

/** A tariff that this version can no longer use still gets its bills out, under the codes of their lines. */
function labelBooks(tariff: Tariff | null, period: string): Record<Locale, LabelBook> {
  const books = { ko: emptyBook("ko"), en: emptyBook("en") };
  if (tariff === null) return books;
  const labels = compiledLabels(tariff, period);
  for (const locale of LOCALES) {
    const { names, units } = books[locale];
    for (const [code, label] of labels) names.set(code, label[locale]);
    for (const meter of tariff.meters) {
      names.set(`usage:${meter.code}`, meter.label[locale]);
      units.set(meter.code, meter.unit);
      for (const band of meter.bands ?? []) names.set(`band:${band.code}`, band.label[locale]);
    }
  }
  return books;
}

function compiledLabels(tariff: Tariff, period: string): ReadonlyMap<string, LabelSource> {
  try {
    return compileTariff(tariff, parsePeriod(period)).labels;
  } catch (error) {
    if (error instanceof RangeError) return new Map();
    throw error;
  }
}

function emptyBook(locale: Locale): {
  locale: Locale;
  names: Map<string, string>;
  units: Map<string, string>;
} {
  return { locale, names: new Map(), units: new Map() };
}
