import type { Queryable } from "../../platform/postgres.ts";

/** Key of the advisory lock that a promotion holds, for an SQL expression of the period (`YYYY-MM`). */
export function promotionLock(period: string): string {
  return `hashtext('promotion ' || ${period})`;
}

/**
 * Keeps every other promotion of the period (`YYYY-MM`) out until the connection ends, so that what is attached is what
 * this one staged, planned by what it read: of two at once, one would else drop the other's table of messages, or go
 * live with it. Waits for one that is under way; the server's error 55P03 after `waitMs`.
 */
export async function lockPromotion(client: Queryable, period: string, waitMs = 60_000): Promise<void> {
  await client.query("select set_config('lock_timeout', $1, false)", [`${waitMs}ms`]);
  await client.query(`select pg_advisory_lock(${promotionLock("$1")})`, [period]);
  await client.query("select set_config('lock_timeout', '0', false)");
}
