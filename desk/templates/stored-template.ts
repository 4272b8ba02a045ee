import { loadVersions } from "../../database/templates/load-versions.ts";
import { nameText, type TemplateName, type TemplateRow } from "../../database/templates/template-row.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** A version by its number, or by what it is. */
export type WantedVersion = number | "draft" | "published";

/** The version asked for; without a wish the draft, or what is in force. Throws PermanentError when there is none. */
export async function storedTemplate(
  client: Queryable,
  name: TemplateName,
  wanted?: WantedVersion,
): Promise<TemplateRow> {
  const versions = await loadVersions(client, name);
  const found = versions.find((row) => {
    if (wanted === undefined) return true;
    return typeof wanted === "number" ? row.version === wanted : row.state === wanted;
  });
  if (found !== undefined) return found;
  const known = versions.map(({ version, state }) => `${version} (${state})`).join(", ");
  throw new PermanentError(
    "unknown-template",
    `${nameText(name)} has no ${wanted === undefined ? "version" : `version ${wanted}`}; there are: ${known || "none"}`,
  );
}
