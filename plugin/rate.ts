/** Remembers how far something was in the last while, and tells how fast it goes. */
export interface Rate {
  /** Notes that `done` units were done at `nowMs`; a fall means that something else is counted now. */
  readonly observe: (nowMs: number, done: number) => void;
  /** Units a second over the remembered while; null before anything was seen to move. */
  readonly perSecond: (nowMs: number) => number | null;
}

interface Sample {
  readonly atMs: number;
  readonly done: number;
}

/** A rate over the last `windowMs`: long enough to span two partitions, short enough to follow a change of pace. */
export function createRate(windowMs: number): Rate {
  let samples: Sample[] = [];
  return {
    observe(nowMs, done) {
      const last = samples.at(-1);
      if (last !== undefined && done < last.done) samples = [];
      if (last?.done !== done || samples.length === 0) samples.push({ atMs: nowMs, done });
      // One sample from before the window stays, so that a slow pace has something to be measured from.
      while (samples.length > 2 && (samples[1]?.atMs ?? nowMs) < nowMs - windowMs) samples.shift();
    },
    perSecond(nowMs) {
      const [first] = samples;
      const last = samples.at(-1);
      if (first === undefined || last === undefined || last.done === first.done) return null;
      return ((last.done - first.done) * 1_000) / Math.max(nowMs - first.atMs, 1);
    },
  };
}
