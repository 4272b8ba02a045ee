import type { Queryable } from "../../platform/postgres.ts";

/** The codes of bill items by their small numbers. Append-only: what was read stays true. */
export async function readItemCodes(client: Queryable): Promise<ReadonlyMap<number, string>> {
  const result = await client.query<{ id: number; code: string }>("select id, code from item_codes");
  return new Map(result.rows.map(({ id, code }) => [id, code]));
}
