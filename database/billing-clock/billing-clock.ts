import type { Queryable } from "../../platform/postgres.ts";

/** What the billing clock is ahead of the machine's, in milliseconds. */
export async function readClockOffsetMs(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ ms: number }>(
    "select extract(epoch from clock_offset)::float8 * 1000 as ms from billing_clock",
  );
  return rows[0]?.ms ?? 0;
}

/** Sets what the billing clock is ahead of the machine's. For demos and tests: elsewhere it is zero. */
export async function setClockOffsetMs(client: Queryable, offsetMs: number): Promise<void> {
  await client.query("update billing_clock set clock_offset = $1 * interval '1 millisecond'", [offsetMs]);
}

/**
 * Nobody can read the billing clock until the caller's transaction ends, and so nothing is queued and nothing claimed;
 * whoever has read it has committed.
 */
export async function stopClock(client: Queryable): Promise<void> {
  await client.query("lock table billing_clock in access exclusive mode");
}
