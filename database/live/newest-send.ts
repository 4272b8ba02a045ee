import type { Queryable } from "../../platform/postgres.ts";

/** Grows with every batch of sends that ended; says nothing else. One probe of the primary key. */
export async function readNewestSend(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ newest: number | null }>("select max(id) as newest from send_counts");
  return rows[0]?.newest ?? 0;
}
