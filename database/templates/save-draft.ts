import type { Queryable } from "../../platform/postgres.ts";
import { auditTemplate } from "./audit-template.ts";
import { lockTemplate } from "./lock-template.ts";
import type { TemplateName } from "./template-row.ts";

/** A draft and who saves it. */
export interface DraftToSave extends TemplateName {
  readonly promotional: boolean;
  readonly parts: Readonly<Record<string, string>>;
  readonly note: string;
  readonly savedBy: string;
}

/** Saves the draft of a name, in the place of the one there may be, and returns its version. Audited; in the caller's transaction. */
export async function saveDraft(client: Queryable, draft: DraftToSave): Promise<number> {
  const { set, channel, locale, promotional, parts, note, savedBy } = draft;
  await lockTemplate(client, draft);
  const values = [set, channel, locale, promotional, parts, note, savedBy];
  const { rows } = await client.query<{ version: number }>(
    `insert into template_versions (set_name, channel, locale, version, promotional, parts, note, saved_by)
     select $1::text, $2::text, $3::text, coalesce(max(version), 0) + 1, $4::boolean, $5::jsonb, $6::text, $7::text
     from template_versions
     where set_name = $1 and channel = $2 and locale = $3
     on conflict (set_name, channel, locale) where state = 'draft' do update
       set promotional = excluded.promotional, parts = excluded.parts, note = excluded.note,
           saved_by = excluded.saved_by, saved_at = clock_timestamp()
     returning version`,
    values,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a draft was saved and gave no row");
  await auditTemplate(client, {
    actor: savedBy,
    action: "template-saved",
    name: draft,
    version: row.version,
  });
  return row.version;
}
