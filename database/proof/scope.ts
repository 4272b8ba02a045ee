import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/**
 * The rows of one generation in a month of `bills` or `bill_items`, as a condition on alias `t`: written with constants,
 * so that the planner opens the generation's leaves and no others.
 */
export function generationScope(t: string, address: GenerationAddress): string {
  const { from, to } = billIdRange(address.period);
  return `${t}.bill_id >= ${from} and ${t}.bill_id < ${to} and ${t}.generation = ${address.generation}`;
}
