import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "./address.ts";

/** The ledger row of a generation. */
export interface Generation {
  readonly state: "settling" | "verified" | "live" | "superseded" | "abandoned";
  readonly runId: string;
  readonly runName: string;
  readonly tariffId: number;
  readonly partitions: number;
  readonly expectedAccounts: number;
  readonly currency: string;
  /** Set by verify. */
  readonly digest: Buffer | null;
  readonly totalMinor: string | null;
  readonly billed: number | null;
  readonly held: number | null;
  readonly excluded: number | null;
  readonly items: number | null;
}

/** The generation, or null when there is none of that number. */
export async function loadGeneration(
  client: Queryable,
  address: GenerationAddress,
): Promise<Generation | null> {
  const { rows } = await client.query<Generation>(
    `select g.state, g.run_id as "runId", r.name as "runName", g.tariff_id as "tariffId", g.partitions,
       g.expected_accounts as "expectedAccounts", g.currency, g.digest, g.total_minor::text as "totalMinor",
       g.billed, g.held, g.excluded, g.items
     from generations g join bill_runs r on r.id = g.run_id
     where g.period = $1 and g.number = $2`,
    [periodDate(address.period), address.generation],
  );
  return rows[0] ?? null;
}

/** Number of the live generation of a period; null when nothing has been promoted. */
export async function liveGeneration(client: Queryable, period: string): Promise<number | null> {
  const { rows } = await client.query<{ number: number }>(
    "select number from generations where period = $1 and state = 'live'",
    [periodDate(period)],
  );
  return rows[0]?.number ?? null;
}
