/**
 * A number in [0, 1) that depends on `text` alone: equal on every machine and in every run, evenly spread.
 *
 * Used where chance would make a retry or a replay differ: jitter and spread. Not for cryptography.
 */
export function stableFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return finish(hash);
}

/** As `stableFraction`, for a safe integer such as a bill's id; avoids a million strings at promotion. */
export function stableFractionOfInteger(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return finish(Math.imul(high ^ 0x9e3779b9, 0x85ebca6b) ^ (value >>> 0));
}

/** The finaliser of MurmurHash3: neighbouring inputs (bill ids count up) land far apart. */
function finish(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
