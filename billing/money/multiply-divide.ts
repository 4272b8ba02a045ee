/**
 * `factor × multiplier ÷ divisor`, exact, rounded half away from zero (so that a credit rounds like the charge it undoes).
 *
 * The arguments are safe integers, the divisor positive. Where the product leaves the safe integers BigInt takes over; a
 * result beyond them is NaN, which no bill accepts (`amount-overflow`).
 */
export function multiplyDivide(factor: number, multiplier: number, divisor: number): number {
  const product = factor * multiplier;
  const magnitude = product < 0 ? -product : product + 0; // + 0 turns -0 into 0
  if (!(magnitude <= MAX_EXACT)) return multiplyDivideBig(factor, multiplier, divisor);
  // The quotient of two doubles may round up to the next integer; the remainder, which is exact, says so.
  let quotient = Math.floor(magnitude / divisor);
  let remainder = magnitude - quotient * divisor;
  if (remainder < 0) {
    quotient -= 1;
    remainder += divisor;
  }
  if (remainder >= divisor - remainder) quotient += 1;
  return product < 0 ? 0 - quotient : quotient;
}

/** The same by BigInt alone: the fallback beyond 2^53, and what the fast path is tested against. */
export function multiplyDivideBig(factor: number, multiplier: number, divisor: number): number {
  if (!Number.isSafeInteger(factor) || !Number.isSafeInteger(multiplier)) return Number.NaN;
  const product = BigInt(factor) * BigInt(multiplier);
  const magnitude = product < 0n ? -product : product;
  const by = BigInt(divisor);
  const rounded = (magnitude * 2n + by) / (by * 2n);
  if (rounded > BigInt(MAX_EXACT)) return Number.NaN;
  return product < 0n ? 0 - Number(rounded) : Number(rounded);
}

const MAX_EXACT = Number.MAX_SAFE_INTEGER;
