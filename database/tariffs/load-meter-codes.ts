import type { Queryable } from "../../platform/postgres.ts";

/** Code of every meter that any tariff ever named, by its number. */
export async function loadMeterCodes(client: Queryable): Promise<Map<number, string>> {
  const { rows } = await client.query<{ id: number; code: string }>("select id, code from meters");
  return new Map(rows.map((row) => [row.id, row.code]));
}
