/** Numbers that follow from a seed. */
export interface Random {
  /** In [0, 1). */
  readonly fraction: () => number;
  /** Whole, from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  readonly oneOf: <Value>(values: readonly Value[]) => Value;
}

/** Mulberry32: small, and good enough to choose faults with. */
export function seededRandom(seed: number): Random {
  let state = (seed * 0x9e3779b1) >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    fraction,
    between: (low, high) => low + Math.floor(fraction() * (high - low + 1)),
    oneOf: (values) => {
      const value = values[Math.floor(fraction() * values.length)];
      if (value === undefined) throw new RangeError("one of nothing");
      return value;
    },
  };
}
