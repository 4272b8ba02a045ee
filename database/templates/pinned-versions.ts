import type { TemplateVersion } from "../../notification/templates/template-parts.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** The versions that a generation was promoted with; none = promoted before templates were kept: the program's own. */
export async function pinnedVersions(
  client: Queryable,
  { period, generation }: GenerationAddress,
): Promise<readonly TemplateVersion[]> {
  const { rows } = await client.query<TemplateVersion>(
    `select t.channel, t.locale, t.version, t.promotional, t.parts
     from generation_templates g join template_versions t on t.id = g.template_id
     where g.period = $1 and g.generation = $2 order by t.channel, t.locale`,
    [periodDate(period), generation],
  );
  return rows;
}
