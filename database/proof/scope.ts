import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/**
 * The rows of one generation in a month of `bills` or `bill_items`, as a condition on alias `t`: written with constants,
 * so that the planner opens the generation's leaves and no others.
 */
export function generationScope(t: string, address: GenerationAddress): string {
  return `${monthScope(t, address.period)} and ${t}.generation = ${address.generation}`;
}

/** The rows of a whole month, of every generation, in a table that is split by bill number. */
export function monthScope(t: string, period: string): string {
  const { from, to } = billIdRange(period);
  return `${t}.bill_id >= ${from} and ${t}.bill_id < ${to}`;
}
