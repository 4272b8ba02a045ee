import type { Queryable } from "../../platform/postgres.ts";

/**
 * Numbers of item codes, in the dictionary's table; codes that are not there yet are added. Safe to call from many processes at
 * once: a number, once given, stays.
 */
export async function ensureItemCodes(
  client: Queryable,
  codes: readonly string[],
): Promise<Map<string, number>> {
  await client.query(
    `insert into item_codes (code)
     select code from unnest($1::text[]) with ordinality as wanted (code, position)
     where not exists (select from item_codes known where known.code = wanted.code)
     order by position
     on conflict (code) do nothing`,
    [codes],
  );
  const { rows } = await client.query<DictionaryRow>(
    "select id, code from item_codes where code = any($1::text[])",
    [codes],
  );
  return new Map(rows.map((row) => [row.code, row.id]));
}

/** Numbers of meters by code; the same rules as `ensureItemCodes`. */
export async function ensureMeters(
  client: Queryable,
  codes: readonly string[],
): Promise<Map<string, number>> {
  await client.query(
    `insert into meters (code)
     select code from unnest($1::text[]) with ordinality as wanted (code, position)
     where not exists (select from meters known where known.code = wanted.code)
     order by position
     on conflict (code) do nothing`,
    [codes],
  );
  const { rows } = await client.query<DictionaryRow>(
    "select id, code from meters where code = any($1::text[])",
    [codes],
  );
  return new Map(rows.map((row) => [row.code, row.id]));
}

interface DictionaryRow {
  readonly id: number;
  readonly code: string;
}
