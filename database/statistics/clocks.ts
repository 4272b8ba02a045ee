import type { Queryable } from "../../platform/postgres.ts";

/** The two clocks, as of one statement. */
export interface Clocks {
  /** The machine's. */
  readonly asOf: Date;
  readonly billingClock: Date;
}

/** Reads both. */
export async function readClocks(client: Queryable): Promise<Clocks> {
  const { rows } = await client.query<Clocks>(
    `select clock_timestamp() as "asOf", billing_now() as "billingClock"`,
  );
  const [clocks] = rows;
  if (clocks === undefined) throw new Error("a select without a table always has a row");
  return clocks;
}
