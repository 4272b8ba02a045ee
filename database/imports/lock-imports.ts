import type { Queryable } from "../../platform/postgres.ts";

/** Lets one import at a time through, until the transaction's end: what one checks, no other changes meanwhile. */
export async function lockImports(client: Queryable): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtext('billing-import'))");
}

/**
 * Waits for a `prepare` that is freezing the population, and keeps later ones waiting until the transaction's end. The tables and their order
 * are those of `prepare` (database/generations/open-generation.ts). Rows written afterwards carry clock_timestamp(), not the transaction's
 * start: a row must never claim to be older than a freeze that did not see it.
 */
export async function lockSettlementInputs(client: Queryable): Promise<void> {
  await client.query(
    `lock table accounts, subscriptions, suspensions, contracts, add_ons, adjustments, usage_records
     in row exclusive mode`,
  );
}
