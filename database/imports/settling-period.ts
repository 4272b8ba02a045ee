import type { Queryable } from "../../platform/postgres.ts";

/**
 * Period (`YYYY-MM`) whose bills are being computed right now, or null. New rows never reach a generation that is frozen already; a changed
 * row would, in the partitions that are still to be done.
 */
export async function settlingPeriod(client: Queryable): Promise<string | null> {
  const { rows } = await client.query<{ period: string }>(
    `select to_char(period, 'YYYY-MM') as period from generations where state = 'settling' limit 1`,
  );
  return rows[0]?.period ?? null;
}
