import { parseBillTemplates, type BillTemplates, type LocaleSources } from "./bill-templates.ts";
import { defaultBillTemplates, readSources } from "./default-templates.ts";
import type { Locale } from "./locale.ts";
import { partOf, partsOf, type TemplateVersion } from "./template-parts.ts";
import type { TemplateDraft } from "./template-problem.ts";

/** The templates of a generation: the versions it was promoted with, and the program's own where it has none. */
export function pinnedTemplates(versions: readonly TemplateVersion[]): BillTemplates {
  if (versions.length === 0) return defaultBillTemplates();
  const named = versions.map(({ channel, locale, version }) => `${channel}/${locale}@${version}`);
  return parseBillTemplates({
    version: named.sort().join(" "),
    promotional: versions.some(({ promotional }) => promotional),
    byLocale: sourcesWith(versions),
  });
}

/** Templates in which one draft stands in the place of what is in force. Throws when it does not parse. */
export function draftTemplates(draft: TemplateDraft): BillTemplates {
  const { promotional } = draft;
  return parseBillTemplates({ version: "draft", promotional, byLocale: sourcesWith([draft]) });
}

function sourcesWith(versions: readonly Omit<TemplateDraft, "promotional">[]): Record<Locale, LocaleSources> {
  const byLocale = { ko: { ...readSources("ko") }, en: { ...readSources("en") } };
  for (const { channel, locale, parts } of versions) {
    for (const name of partsOf(channel)) {
      const source = parts[name];
      if (source !== undefined) byLocale[locale][partOf(channel, name)] = source;
    }
  }
  return byLocale;
}
