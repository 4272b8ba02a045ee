import { numbering } from "./numbering.ts";
import { Purpose, RandomStream } from "./random-stream.ts";
import type { Scenario } from "./scenario.ts";
import { spread } from "./spread.ts";

/** Members are numbered in blocks of this size, and a family is the head of a block: no member has to look further. */
export const FAMILY_BLOCK = 5;

const stream = new RandomStream();

const totalWeight = spread.familySizes.reduce((sum, { weight }) => sum + weight, 0);
const meanSize = spread.familySizes.reduce((sum, { value, weight }) => sum + value * weight, 0) / totalWeight;
const chanceOfFamily = (spread.familyShare * FAMILY_BLOCK) / meanSize;

/** Number of members of the family at the head of the block; 0 when the block has none. */
export function familySize(scenario: Scenario, block: number): number {
  stream.restart(scenario.seed, block, Purpose.family);
  if (!stream.chance(chanceOfFamily)) return 0;
  // The last block may be cut short; one alone is no family.
  const size = Math.min(stream.pickWeighted(spread.familySizes), scenario.members - block * FAMILY_BLOCK);
  return size < 2 ? 0 : size;
}

/** Family of the member, or null. `ordinal` counts from 1. */
export function familyOf(scenario: Scenario, ordinal: number): number | null {
  const position = ordinal - 1;
  const block = Math.floor(position / FAMILY_BLOCK);
  return position % FAMILY_BLOCK < familySize(scenario, block) ? numbering.family(block) : null;
}
