import type { Queryable } from "../../platform/postgres.ts";
import { lockTemplate } from "./lock-template.ts";
import type { TemplateName } from "./template-row.ts";

/** A text of the program. */
export interface BuiltInTemplate extends TemplateName {
  readonly parts: Readonly<Record<string, string>>;
}

/**
 * Records a text of the program as a published version: the first of its name, or the next when a release has changed it. Once
 * a carrier has published its own, the program's are not recorded any more. In the caller's transaction.
 */
export async function ensureBuiltIn(client: Queryable, template: BuiltInTemplate): Promise<void> {
  const { set, channel, locale, parts } = template;
  await lockTemplate(client, template);
  await client.query(
    `insert into template_versions (set_name, channel, locale, version, state, promotional, parts, built_in, saved_by,
                                    published_by, published_at)
     select $1::text, $2::text, $3::text, coalesce(max(version), 0) + 1, 'published', false, $4::jsonb, true, 'billing-operator',
            'billing-operator', clock_timestamp()
     from template_versions where set_name = $1 and channel = $2 and locale = $3
     having not exists (
       select from (
         select built_in, parts from template_versions
         where set_name = $1 and channel = $2 and locale = $3 and state = 'published' order by version desc limit 1
       ) newest where not newest.built_in or newest.parts = $4::jsonb)`,
    [set, channel, locale, parts],
  );
}
