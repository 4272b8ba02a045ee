import type { Queryable } from "../../platform/postgres.ts";
import { nameText, type TemplateName } from "./template-row.ts";

/** One writer of a name at a time, until the transaction ends: numbers have no gaps, and no publication is overtaken. */
export async function lockTemplate(client: Queryable, name: TemplateName): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtext('template ' || $1))", [nameText(name)]);
}
