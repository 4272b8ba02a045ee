import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "../generations/address.ts";

/** What stands of a period before a further generation of it is promoted. */
export interface Standing {
  /** The generation that is live; null before the first. */
  readonly live: number | null;
  /**
   * The generations, live or superseded, whose messages have gone out or will. One that was never released is not among
   * them: nobody has heard of its bills, and once superseded nobody will.
   */
  readonly released: readonly number[];
  /** When this was read, on the machine's clock. */
  readonly readAtMs: number;
}

/** Reads what stands of a period (`YYYY-MM`). */
export async function readStanding(client: Queryable, period: string): Promise<Standing> {
  const clock = await client.query<{ nowMs: number }>(
    `select extract(epoch from clock_timestamp())::float8 * 1000 as "nowMs"`,
  );
  const { rows } = await client.query<{ number: number; live: boolean; released: boolean }>(
    `select number, state = 'live' as live, released_at is not null as released from generations
     where period = $1 and state in ('live', 'superseded') order by number`,
    [periodDate(period)],
  );
  return {
    live: rows.find((row) => row.live)?.number ?? null,
    released: rows.filter((row) => row.released).map((row) => row.number),
    readAtMs: clock.rows[0]?.nowMs ?? 0,
  };
}
