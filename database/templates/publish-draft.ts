import type { Queryable } from "../../platform/postgres.ts";
import { auditTemplate } from "./audit-template.ts";
import { lockTemplate } from "./lock-template.ts";
import type { TemplateName } from "./template-row.ts";

/** `stale`: the draft was saved again since it was looked at, or published. */
export type Publication = "published" | "stale";

/** The draft that was looked at, and who publishes it. */
export interface DraftToPublish extends TemplateName {
  readonly version: number;
  /** As it was read; another text under the same number is not published unseen. */
  readonly parts: Readonly<Record<string, string>>;
  readonly promotional: boolean;
  readonly publishedBy: string;
}

/** Makes a draft the version in force, in the caller's transaction. What is promoted from its commit on says it. Audited. */
export async function publishDraft(client: Queryable, draft: DraftToPublish): Promise<Publication> {
  const { set, channel, locale, version, parts, promotional, publishedBy } = draft;
  await lockTemplate(client, draft);
  const { rowCount } = await client.query(
    `update template_versions set state = 'published', published_by = $4, published_at = clock_timestamp()
     where set_name = $1 and channel = $2 and locale = $3 and version = $5 and state = 'draft'
       and parts = $6::jsonb and promotional = $7`,
    [set, channel, locale, publishedBy, version, parts, promotional],
  );
  if (rowCount === 0) return "stale";
  await auditTemplate(client, { actor: publishedBy, action: "template-published", name: draft, version });
  return "published";
}
