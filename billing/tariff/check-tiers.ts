import type { Finding } from "./parse.ts";
import type { TariffPath } from "./line-of.ts";

/** A tier with its ends as integers; null where the text could not be read (reported by its own rule). */
export interface TierBounds {
  readonly from: number | null;
  /** undefined = open end. */
  readonly to: number | null | undefined;
}

/**
 * Tiers start at 0, follow one another without gap or overlap, and only the last is open. A table that must end (`closed`) has no
 * open end at all.
 */
export function checkTiers(tiers: readonly TierBounds[], path: TariffPath, closed = false): Finding[] {
  const findings: Finding[] = [];
  let expected: number | null = 0;
  tiers.forEach(({ from, to }, index) => {
    if (from !== null && expected !== null && from !== expected) {
      const kind =
        index === 0
          ? "the first tier does not start at 0"
          : from > expected
            ? "gap between tiers"
            : "tiers overlap";
      const remedy = index === 0 ? "write from: 0" : "write the same value as `to` of the tier before";
      findings.push({ path: [...path, index, "from"], message: `${kind}; ${remedy}` });
    }
    if (from !== null && to !== null && to !== undefined && to <= from)
      findings.push({
        path: [...path, index, "to"],
        message: "the tier ends where it starts or before; write a greater value",
      });
    const last = index === tiers.length - 1;
    if (last && !closed && to !== undefined)
      findings.push({
        path: [...path, index, "to"],
        message: "the last tier must be open; leave out its `to`",
      });
    if (!last && to === undefined)
      findings.push({ path: [...path, index], message: "only the last tier may be open; write its `to`" });
    expected = to ?? null;
  });
  return findings;
}
