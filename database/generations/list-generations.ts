import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "./address.ts";
import type { Check } from "./record-proof.ts";

/** A generation as the ledger has it. */
export interface ListedGeneration {
  /** `YYYY-MM`. */
  readonly period: string;
  readonly generation: number;
  readonly run: string;
  readonly state: "settling" | "verified" | "live" | "superseded" | "abandoned";
  readonly frozenAt: Date;
  readonly verifiedAt: Date | null;
  readonly promotedAt: Date | null;
  readonly releasedAt: Date | null;
  readonly releaseAt: Date | null;
  readonly expected: number;
  readonly billed: number | null;
  readonly held: number | null;
  readonly excluded: number | null;
  readonly items: number | null;
  readonly totalMinor: string | null;
  readonly currency: string;
  /** Hexadecimal; null until verified. */
  readonly digest: string | null;
  readonly proof: readonly Check[] | null;
}

const columns = `to_char(g.period, 'YYYY-MM') as period, g.number as generation, r.name as run, g.state, g.frozen_at as "frozenAt",
  g.verified_at as "verifiedAt", g.promoted_at as "promotedAt", g.released_at as "releasedAt", g.release_at as "releaseAt",
  g.expected_accounts as expected, g.billed, g.held, g.excluded, g.items, g.total_minor::text as "totalMinor", g.currency,
  encode(g.digest, 'hex') as digest, g.proof`;

/** Generations of a period, newest first; those below `before`, if it is given. */
export async function listGenerations(
  client: Queryable,
  period: string,
  before: number | undefined,
  limit: number,
): Promise<ListedGeneration[]> {
  const { rows } = await client.query<ListedGeneration>(
    `select ${columns} from generations g join bill_runs r on r.id = g.run_id
      where g.period = $1 and ($2::int is null or g.number < $2) order by g.number desc limit $3`,
    [periodDate(period), before ?? null, limit],
  );
  return rows;
}

/** The latest generation that a run computed; null while there is none. */
export async function latestGenerationOf(client: Queryable, runId: string): Promise<ListedGeneration | null> {
  const { rows } = await client.query<ListedGeneration>(
    `select ${columns} from generations g join bill_runs r on r.id = g.run_id
      where g.run_id = $1 order by g.period desc, g.number desc limit 1`,
    [runId],
  );
  return rows[0] ?? null;
}
