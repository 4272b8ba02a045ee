import type { Queryable } from "../../platform/postgres.ts";

/** Makes the numbering of contracts, add-ons and adjustments go on after rows that were loaded with numbers of their own. */
export async function advanceIdentities(client: Queryable): Promise<void> {
  await client.query(
    `select setval(pg_get_serial_sequence('contracts', 'id'), coalesce(max(id), 1), count(*) > 0) from contracts`,
  );
  await client.query(
    `select setval(pg_get_serial_sequence('add_ons', 'id'), coalesce(max(id), 1), count(*) > 0) from add_ons`,
  );
  await client.query(
    `select setval(pg_get_serial_sequence('adjustments', 'id'), coalesce(max(id), 1), count(*) > 0) from adjustments`,
  );
}
