import type { Queryable } from "../../platform/postgres.ts";
import { templateColumns, type TemplateRow } from "./template-row.ts";

/**
 * The newest published version of each channel and language: of the set, and of `default` where the set has none. What is
 * promoted now is pinned to these.
 */
export async function templatesInForce(client: Queryable, set: string): Promise<readonly TemplateRow[]> {
  const { rows } = await client.query<TemplateRow>(
    `select distinct on (t.channel, t.locale) ${templateColumns} from template_versions t
     where t.set_name in ($1, 'default') and t.state = 'published'
     order by t.channel, t.locale, t.set_name = $1 desc, t.version desc`,
    [set],
  );
  return rows;
}

/** Whether a set has any published text of its own. */
export async function isTemplateSet(client: Queryable, set: string): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    "select exists (select from template_versions where set_name = $1 and state = 'published') as known",
    [set],
  );
  return rows[0]?.known ?? false;
}
