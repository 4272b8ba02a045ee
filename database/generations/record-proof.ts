import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "./address.ts";

/** One thing verify checked. */
export interface Check {
  readonly name: string;
  readonly holds: boolean;
  /** The numbers behind the answer. */
  readonly detail: string;
}

/** Totals of a generation that has been proved. */
export interface GenerationTotals {
  readonly billed: number;
  readonly held: number;
  readonly excluded: number;
  readonly items: number;
  readonly totalMinor: bigint;
  readonly digest: Buffer;
}

/**
 * Keeps the checks and marks the generation verified, with its totals; false when it is not being settled any more, and
 * then nothing was changed.
 */
export async function recordProof(
  client: Queryable,
  address: GenerationAddress,
  checks: readonly Check[],
  totals: GenerationTotals,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update generations set state = 'verified', proof = $3, billed = $4, held = $5, excluded = $6, items = $7,
       total_minor = $8, digest = $9, verified_at = clock_timestamp()
     where period = $1 and number = $2 and state in ('settling', 'verified')`,
    [
      periodDate(address.period),
      address.generation,
      JSON.stringify(checks),
      totals.billed,
      totals.held,
      totals.excluded,
      totals.items,
      totals.totalMinor.toString(),
      totals.digest,
    ],
  );
  return rowCount === 1;
}

/**
 * Keeps the checks of a proof that failed; the generation cannot be promoted, also where an earlier proof held. False when
 * it is not being settled any more, and then nothing was changed.
 */
export async function recordFailedProof(
  client: Queryable,
  address: GenerationAddress,
  checks: readonly Check[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update generations set state = 'settling', proof = $3, billed = null, held = null, excluded = null, items = null,
       total_minor = null, digest = null, verified_at = null
     where period = $1 and number = $2 and state in ('settling', 'verified')`,
    [periodDate(address.period), address.generation, JSON.stringify(checks)],
  );
  return rowCount === 1;
}
