import { loadVersions } from "../../database/templates/load-versions.ts";
import { nameText, type TemplateName, type TemplateRow } from "../../database/templates/template-row.ts";
import { PermanentError } from "../../platform/errors.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import { recordBuiltInTemplates } from "../built-in-templates.ts";
import type { JobContext } from "../run-job.ts";

/** A version by its number, or by what it is. */
export type WantedVersion = number | "draft" | "published";

/** A connection to a database that has the program's own texts. */
export async function openTemplates(job: JobContext): Promise<Client> {
  const client = await job.connect();
  await inTransactionOn(client, () => recordBuiltInTemplates(client));
  return client;
}

/** The version asked for; without a wish the draft, or what is in force. Throws PermanentError when there is none. */
export async function storedTemplate(
  client: Client,
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
