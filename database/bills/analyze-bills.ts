import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";

/**
 * Gives the planner statistics of a generation's bills, of the columns by which it is compared with another. Without them it takes
 * each leaf for a row, and compares two months that are both new by going through one for every bill of the other: 200 s for 37,000.
 * Autovacuum comes too late, for the comparison follows the proof at once.
 */
export async function analyzeBills(
  client: Queryable,
  { period, generation }: GenerationAddress,
): Promise<void> {
  const month = `bills_${period.replace("-", "_")}`;
  const { rows } = await client.query<{ leaf: string }>(
    `select c.oid::regclass::text as leaf from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = to_regclass($1) and starts_with(c.relname, $2) order by c.relname`,
    [month, `${month}_g${generation}_p`],
  );
  if (rows.length === 0) return;
  const tables = rows.map(({ leaf }) => `${leaf} (account_id, bill_id, generation, total_minor)`);
  await client.query(`analyze ${tables.join(", ")}`);
}
