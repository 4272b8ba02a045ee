import type { Queryable } from "../../platform/postgres.ts";

/** Lets one import at a time through, until the transaction's end: what one checks, no other changes meanwhile. */
export async function lockImports(client: Queryable): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtext('billing-import'))");
}
