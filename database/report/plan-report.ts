import type { GenerationAddress } from "../generations/address.ts";
import { loadGeneration } from "../generations/load-generation.ts";
import { sumItems, type ItemSum } from "../proof/item-sums.ts";
import { readStanding } from "../promotion/standing.ts";
import { readAnnouncements, type Announcements } from "./announcements.ts";
import { readDifference, readMovers, type Difference, type Mover } from "./difference.ts";
import { readHeldReasons, type HeldReason } from "./held-reasons.ts";
import { findBaseline } from "../run-ledger/observe-baseline.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";

const MOVERS = 10;

/** What a generation is, and what promoting it would change. */
export interface PlanReport extends GenerationAddress {
  readonly run: string;
  readonly state: string;
  readonly currency: string;
  /** Hex; null until verified. */
  readonly digest: string | null;
  readonly members: {
    readonly expected: number;
    readonly billed: number;
    readonly held: number;
    readonly excluded: number;
  };
  readonly totalMinor: bigint;
  /** Sums by item code: plans, add-ons, usage, discounts, tax. */
  readonly items: readonly ItemSum[];
  readonly held: readonly HeldReason[];
  /** What its promotion would tell the members now; null once it is promoted, or given up. */
  readonly messages: Announcements | null;
  /** Null when there is nothing to compare with. */
  readonly comparison: Comparison | null;
}

/** The generation beside the live one of its period, or of the latest period before it. */
export interface Comparison {
  readonly baseline: GenerationAddress;
  readonly baselineTotalMinor: bigint;
  readonly difference: Difference;
  readonly movers: readonly Mover[];
}

/** Reads the report; throws PermanentError `unknown-generation` or `not-verified`. */
export async function readPlanReport(client: Queryable, address: GenerationAddress): Promise<PlanReport> {
  const generation = await loadGeneration(client, address);
  if (generation === null) {
    throw new PermanentError(
      "unknown-generation",
      `${address.period} has no generation ${address.generation}`,
    );
  }
  if (generation.totalMinor === null) {
    throw new PermanentError(
      "not-verified",
      `generation ${address.generation} is not verified yet; run verify first`,
    );
  }
  const { runName, state, currency, expectedAccounts } = generation;
  return {
    ...address,
    run: runName,
    state,
    currency,
    digest: generation.digest?.toString("hex") ?? null,
    members: {
      expected: expectedAccounts,
      billed: generation.billed ?? 0,
      held: generation.held ?? 0,
      excluded: generation.excluded ?? 0,
    },
    totalMinor: BigInt(generation.totalMinor),
    items: await sumItems(client, address),
    held: await readHeldReasons(client, address),
    messages: state === "verified" ? await announcements(client, address) : null,
    comparison: await compare(client, address),
  };
}

async function announcements(client: Queryable, address: GenerationAddress): Promise<Announcements> {
  const { released } = await readStanding(client, address.period);
  return await readAnnouncements(client, address, released);
}

async function compare(client: Queryable, address: GenerationAddress): Promise<Comparison | null> {
  const found = await findBaseline(client, address.period, address.generation);
  if (found === null) return null;
  const baseline = { period: found.period, generation: found.generation };
  return {
    baseline,
    baselineTotalMinor: BigInt(found.totalMinor),
    difference: await readDifference(client, address, baseline),
    movers: await readMovers(client, address, baseline, MOVERS),
  };
}
