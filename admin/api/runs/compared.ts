import { latestGenerationOf, type ListedGeneration } from "../../../database/generations/list-generations.ts";
import { loadGeneration } from "../../../database/generations/load-generation.ts";
import {
  readDifference,
  readMovers,
  type Difference,
  type Mover,
} from "../../../database/report/difference.ts";
import { findBaseline, type Baseline } from "../../../database/run-ledger/observe-baseline.ts";
import type { Queryable } from "../../../platform/postgres.ts";
import { HttpProblem } from "../../http/problem.ts";
import type { RequestContext } from "../../http/route.ts";
import { createMemo } from "../../memo.ts";
import { requireRun } from "./run-intent.ts";

/** So many movers are kept of a comparison; whoever wants all exports the bills. */
const mostMovers = 1_000;

/** A verified generation beside its baseline. */
export interface Comparison {
  readonly generation: ListedGeneration;
  readonly baseline: Baseline;
  readonly difference: Difference;
  /** Largest first. */
  readonly movers: readonly Mover[];
}

type Compared = Pick<Comparison, "difference" | "movers">;

// Reads two whole generations, about 4 s a million bills; what has a digest does not change any more.
const compared = createMemo<Compared>(50);

/** The latest generation of the run beside the live one of its period, else of the month before; a 409 problem while there is nothing to compare. */
export async function compareRun(context: RequestContext, name: string): Promise<Comparison> {
  const { pool } = context;
  const generation = await verifiedGeneration(context, name);
  const baseline = await findBaseline(pool, generation.period, generation.generation);
  if (baseline === null) {
    throw new HttpProblem(409, "no-baseline", `nothing was live before the bills of ${name}`);
  }
  const before = await loadGeneration(pool, baseline);
  const key = `${generation.digest ?? ""} ${before?.digest?.toString("hex") ?? ""}`;
  return { generation, baseline, ...(await compared(key, () => compare(pool, generation, baseline))) };
}

/** The latest generation of the run, proved; a 409 problem while it is not. */
export async function verifiedGeneration(context: RequestContext, name: string): Promise<ListedGeneration> {
  const { metadata } = await requireRun(context, name);
  const generation = await latestGenerationOf(context.pool, metadata.uid);
  if (generation?.digest != null) return generation;
  throw new HttpProblem(409, "not-verified", `the bills of ${name} are not proved yet`);
}

async function compare(pool: Queryable, generation: ListedGeneration, baseline: Baseline): Promise<Compared> {
  return {
    difference: await readDifference(pool, generation, baseline),
    movers: await readMovers(pool, generation, baseline, mostMovers),
  };
}
