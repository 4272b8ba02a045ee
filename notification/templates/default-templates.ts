import { readFileSync } from "node:fs";
import { parseBillTemplates, type BillTemplates, type LocaleSources } from "./bill-templates.ts";
import type { Locale } from "./locale.ts";
import { partOf, partsOf, TEMPLATE_PARTS, type TemplateChannel } from "./template-parts.ts";

let loaded: BillTemplates | undefined;

/** The templates that come with the program, read and parsed at the first call. */
export function defaultBillTemplates(): BillTemplates {
  loaded ??= parseBillTemplates({
    version: "default-1",
    promotional: false,
    byLocale: { ko: readSources("ko"), en: readSources("en") },
  });
  return loaded;
}

/** The sources themselves, to be copied into a carrier's own set. */
export function readSources(locale: Locale): LocaleSources {
  const read = (part: string): string => {
    const text = readFileSync(new URL(`./default/${part}.${locale}.liquid`, import.meta.url), "utf8");
    return text.endsWith("\n") ? text.slice(0, -1) : text;
  };
  const entries = TEMPLATE_PARTS.map((part) => [part, read(part)]);
  return Object.fromEntries(entries) as LocaleSources;
}

/** The program's own texts of one channel, by part name. */
export function builtInParts(channel: TemplateChannel, locale: Locale): Readonly<Record<string, string>> {
  const sources = readSources(locale);
  return Object.fromEntries(partsOf(channel).map((name) => [name, sources[partOf(channel, name)]]));
}
