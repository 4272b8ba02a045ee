import type { Queryable } from "../../platform/postgres.ts";

/** What credit notes take off a bill, minor units as text: the recorded ones and those that wait for approval. */
export async function creditedMinor(client: Queryable, billId: number): Promise<string> {
  const { rows } = await client.query<{ credited: string }>(
    `select coalesce(-sum(amount_minor), 0)::text as credited
       from adjustment_orders where credit_of = $1 and state <> 'rejected'`,
    [billId],
  );
  return rows[0]?.credited ?? "0";
}

/** Lets one credit note of a bill at a time through, until the transaction's end: two together could exceed the bill. */
export async function lockCreditsOf(client: Queryable, billId: number): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtext('credit-notes'), hashint8($1))", [billId]);
}
