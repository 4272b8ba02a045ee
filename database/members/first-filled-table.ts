import type { Queryable } from "../../platform/postgres.ts";

/** Name of the first table of members and usage that holds a row, or null when all are empty. */
export async function firstFilledTable(client: Queryable): Promise<string | null> {
  const { rows } = await client.query<{ filled: string | null }>(
    `select case when exists (select from members) then 'members'
                 when exists (select from accounts) then 'accounts'
                 when exists (select from usage_records) then 'usage_records'
            end as filled`,
  );
  return rows[0]?.filled ?? null;
}
