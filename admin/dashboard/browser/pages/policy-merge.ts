import type { PolicySpec } from "../answers.ts";
import { fitsForm, isSame } from "./policy-draft.ts";

type Field = keyof PolicySpec;

/** One's edit of a policy, set upon what somebody else stored meanwhile. */
export interface MergedPolicy {
  readonly spec: unknown;
  /** Fields that only they changed: theirs stand. */
  readonly taken: readonly Field[];
  /** Fields that both changed: one's own stand. */
  readonly both: readonly Field[];
}

/** Field by field of the first level: what one did not change is as they stored it. A spec that fits no form is left as one typed it. */
export function mergePolicies(base: unknown, theirs: unknown, mine: unknown): MergedPolicy {
  if (!fitsForm(base) || !fitsForm(theirs) || !fitsForm(mine)) return { spec: mine, taken: [], both: [] };
  const names = (Object.keys(theirs) as Field[]).filter((name) => !isSame(base[name], theirs[name]));
  const taken = names.filter((name) => isSame(base[name], mine[name]));
  const both = names.filter((name) => !taken.includes(name) && !isSame(mine[name], theirs[name]));
  const over = Object.fromEntries(taken.map((name) => [name, theirs[name]]));
  return { spec: { ...mine, ...over }, taken, both };
}
