import { ensureBuiltIn } from "../../database/templates/ensure-built-in.ts";
import { builtInParts } from "../../notification/templates/default-templates.ts";
import { LOCALES } from "../../notification/templates/locale.ts";
import { TEMPLATE_CHANNELS } from "../../notification/templates/template-parts.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** Records the program's own texts as versions of the set `default`, in the caller's transaction; what stands already is left. */
export async function recordBuiltInTemplates(client: Queryable): Promise<void> {
  for (const channel of TEMPLATE_CHANNELS) {
    for (const locale of LOCALES) {
      await ensureBuiltIn(client, { set: "default", channel, locale, parts: builtInParts(channel, locale) });
    }
  }
}
