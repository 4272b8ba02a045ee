import type { Queryable } from "../../platform/postgres.ts";

/** The billing clock: the database's own, plus the offset a demo or a test may have set. */
export async function billingNow(client: Queryable): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>("select billing_now() as now");
  const [row] = rows;
  if (row === undefined) throw new Error("billing_now() gave no row");
  return row.now;
}
