import type { Queryable } from "../../platform/postgres.ts";

/** Whether there is an account of this number. */
export async function accountExists(client: Queryable, accountId: number): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "select exists (select from accounts where id = $1) as there",
    [accountId],
  );
  return rows[0]?.there === true;
}
