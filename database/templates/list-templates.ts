import type { Queryable } from "../../platform/postgres.ts";
import type { TemplateName } from "./template-row.ts";

/** A name with its numbers. */
export interface ListedTemplate extends TemplateName {
  /** In force from the next promotion on; null = none yet. */
  readonly published: number | null;
  readonly publishedAt: Date | null;
  readonly promotional: boolean | null;
  readonly builtIn: boolean | null;
  readonly draft: number | null;
}

/** Every name of a set, or of all sets (null), with the version in force and the draft. */
export async function listTemplates(
  client: Queryable,
  set: string | null,
): Promise<readonly ListedTemplate[]> {
  const { rows } = await client.query<ListedTemplate>(
    `select n.set_name as "set", n.channel, n.locale, p.version as published, p.published_at as "publishedAt",
       p.promotional, p.built_in as "builtIn", d.version as draft
     from (select distinct set_name, channel, locale from template_versions) n
     left join lateral (
       select version, published_at, promotional, built_in from template_versions v
       where (v.set_name, v.channel, v.locale) = (n.set_name, n.channel, n.locale) and v.state = 'published'
       order by version desc limit 1) p on true
     left join template_versions d
       on (d.set_name, d.channel, d.locale) = (n.set_name, n.channel, n.locale) and d.state = 'draft'
     where $1::text is null or n.set_name = $1
     order by n.set_name, n.channel, n.locale`,
    [set],
  );
  return rows;
}
