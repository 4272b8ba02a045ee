import type { Queryable } from "../../platform/postgres.ts";

/** The zones that a member may live in, by their exact names: what the table of members refuses otherwise. */
export async function knownTimeZones(client: Queryable): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>("select name from time_zones");
  return new Set(rows.map(({ name }) => name));
}
