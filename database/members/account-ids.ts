import type { Queryable } from "../../platform/postgres.ts";

/** The accounts of a member, by number; none for a member that is not there. */
export async function accountIdsOf(client: Queryable, memberId: number): Promise<readonly number[]> {
  const { rows } = await client.query<{ id: number }>(
    "select id from accounts where member_id = $1 order by id",
    [memberId],
  );
  return rows.map(({ id }) => id);
}
