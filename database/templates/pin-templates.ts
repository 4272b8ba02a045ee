import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** Binds a generation to the versions its messages were planned with, in the promoting transaction; never changed again. */
export async function pinTemplates(
  client: Queryable,
  { period, generation }: GenerationAddress,
  templateIds: readonly number[],
): Promise<void> {
  await client.query(
    `insert into generation_templates (period, generation, template_id)
     select $1, $2, unnest($3::integer[])`,
    [periodDate(period), generation, templateIds],
  );
}
