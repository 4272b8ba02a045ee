import type { Liquid } from "liquidjs";
import { compileTemplate } from "./compile-template.ts";
import { engineOf } from "./engines.ts";
import { LOCALES, type Locale } from "./locale.ts";
import { TEMPLATE_PARTS, type TemplatePart } from "./template-parts.ts";

/** The texts of a set of templates, as files or database rows hold them. */
export interface BillTemplateSources {
  /** Recorded with each message, so that it can be said later what a member was sent. */
  readonly version: string;
  /** Whether a template carries advertising, which the law allows at other hours than a bill and only with consent. */
  readonly promotional: boolean;
  readonly byLocale: Readonly<Record<Locale, LocaleSources>>;
}

/** The LiquidJS text of each part. */
export type LocaleSources = Readonly<Record<TemplatePart, string>>;

/** Templates ready to render: parsed once, for parsing costs as much as rendering. */
export interface BillTemplates {
  readonly version: string;
  readonly promotional: boolean;
  readonly render: (part: TemplatePart, locale: Locale, view: object) => string;
}

/** Parses every part in every language. Throws an Error naming each part that does not parse. */
export function parseBillTemplates(sources: BillTemplateSources): BillTemplates {
  const parsed = new Map<string, (view: object) => string>();
  const problems: string[] = [];
  for (const locale of LOCALES) {
    for (const part of TEMPLATE_PARTS) {
      try {
        parsed.set(`${locale}/${part}`, renderer(engineOf(part), sources.byLocale[locale][part]));
      } catch (error) {
        problems.push(`${part} (${locale}): ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  if (problems.length > 0) throw new Error(`templates ${sources.version}: ${problems.join("; ")}`);
  return {
    version: sources.version,
    promotional: sources.promotional,
    render(part, locale, view) {
      const print = parsed.get(`${locale}/${part}`);
      if (print === undefined) throw new Error(`no template ${part} in ${locale}`);
      return print(view);
    },
  };
}

/** Compiled where the template keeps to what the compiler knows, interpreted by LiquidJS otherwise. */
function renderer(engine: Liquid, source: string): (view: object) => string {
  const templates = engine.parse(source);
  return compileTemplate(templates) ?? ((view) => String(engine.renderSync(templates, view)));
}
