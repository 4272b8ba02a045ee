import { currencyExponent } from "../../billing/money/currency.ts";
import { labelBooks } from "../../billing/tariff/label-books.ts";
import { parseTariff } from "../../billing/tariff/parse.ts";
import { readGenerationFacts } from "../../database/deliverable-bills/generation-facts.ts";
import { readItemCodes } from "../../database/deliverable-bills/item-codes.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { loadTariff } from "../../database/tariffs/load-tariff.ts";
import { pinnedVersions } from "../../database/templates/pinned-versions.ts";
import type { QuietPreference } from "../../notification/member-quiet.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { policyOfGeneration } from "../../notification/read-policy.ts";
import type { BillTemplates } from "../../notification/templates/bill-templates.ts";
import type { LabelBook } from "../../notification/templates/line-label.ts";
import type { Locale } from "../../notification/templates/locale.ts";
import type { Currency } from "../../notification/templates/money-text.ts";
import { pinnedTemplates } from "../../notification/templates/pinned-templates.ts";
import type { DeliveryRules } from "../../notification/transition.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { createMemberRules } from "./member-rules.ts";

/** What all bills of a generation are written and delivered with. */
export interface BillBook {
  readonly currency: Currency;
  readonly labels: Readonly<Record<Locale, LabelBook>>;
  /** Code of an item by its number in the rows. */
  readonly itemCodes: ReadonlyMap<number, string>;
  /** What the generation was promoted with. */
  readonly policy: NotificationPolicy;
  /** The texts it was promoted with: a retry says what the first try said. */
  readonly templates: BillTemplates;
  readonly rulesOf: (member: QuietPreference) => DeliveryRules;
}

/** Reads each generation's book once a process: a promoted generation, its tariff, codes, policy and templates never change. */
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
    templates: pinnedTemplates(await pinnedVersions(database, address)),
    rulesOf: createMemberRules(policy),
  };
}
