import { readFile } from "node:fs/promises";
import type { TemplateName } from "../../database/templates/template-row.ts";
import { nameText } from "../../database/templates/template-row.ts";
import { storedTemplate, type WantedVersion } from "../../desk/templates/stored-template.ts";
import { readTemplateFile } from "../../notification/templates/template-file.ts";
import type { TemplateDraft } from "../../notification/templates/template-problem.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Client } from "../../platform/postgres.ts";

/** A template to look at, and how its places are named. */
export interface TemplateSource {
  readonly draft: TemplateDraft;
  /** The file, or `default/email/ko@3`. */
  readonly name: string;
  readonly offsets: Readonly<Record<string, number>>;
}

/** A template from a file. Throws PermanentError, with the place, when it cannot be read. */
export async function templateFromFile(file: string, name: TemplateName): Promise<TemplateSource> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new PermanentError("unreadable-template", `${file}: ${(error as Error).message}`);
  });
  const reading = readTemplateFile(text);
  if (reading.kind === "unreadable") {
    throw new PermanentError("unreadable-template", `${file}:${reading.line}: ${reading.message}`);
  }
  const { promotional, parts, offsets } = reading.file;
  const { channel, locale } = name;
  return { draft: { channel, locale, promotional, parts }, name: file, offsets };
}

/** A template from the database. */
export async function templateFromDatabase(
  client: Client,
  name: TemplateName,
  wanted?: WantedVersion,
): Promise<TemplateSource> {
  const row = await storedTemplate(client, name, wanted);
  return { draft: row, name: `${nameText(name)}@${row.version}`, offsets: {} };
}
