import type { Queryable } from "../../platform/postgres.ts";
import { templateColumns, type TemplateName, type TemplateRow } from "./template-row.ts";

/** Every version of a name, the newest first. */
export async function loadVersions(client: Queryable, name: TemplateName): Promise<readonly TemplateRow[]> {
  const { rows } = await client.query<TemplateRow>(
    `select ${templateColumns} from template_versions t
     where t.set_name = $1 and t.channel = $2 and t.locale = $3 order by t.version desc`,
    [name.set, name.channel, name.locale],
  );
  return rows;
}
