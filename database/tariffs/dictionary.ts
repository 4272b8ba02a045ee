import type { Queryable } from "../../platform/postgres.ts";

/**
 * Numbers of item codes, in the dictionary's table; codes that are not there yet are added. Safe to call from many processes at
 * once: a number, once given, stays.
 */
export async function ensureItemCodes(
  client: Queryable,
  codes: readonly string[],
): Promise<Map<string, number>> {
  return await ensureCodes(client, "item_codes", codes);
}

/** Numbers of meters by code; the same rules as `ensureItemCodes`. */
export async function ensureMeters(
  client: Queryable,
  codes: readonly string[],
): Promise<Map<string, number>> {
  return await ensureCodes(client, "meters", codes);
}

async function ensureCodes(
  client: Queryable,
  table: "item_codes" | "meters",
  codes: readonly string[],
): Promise<Map<string, number>> {
  await client.query(
    `insert into ${table} (code)
     select code from unnest($1::text[]) with ordinality as wanted (code, position)
     where not exists (select from ${table} known where known.code = wanted.code)
     order by position
     on conflict (code) do nothing`,
    [codes],
  );
  const { rows } = await client.query<{ id: number; code: string }>(
    `select id, code from ${table} where code = any($1::text[])`,
    [codes],
  );
  return new Map(rows.map((row) => [row.code, row.id]));
}
