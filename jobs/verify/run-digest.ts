import { createHash } from "node:crypto";

/**
 * Digest of a whole generation: SHA-256 over the period, the tariff's name and version, and the digests of the
 * partitions in order. It names the result, not the generation: settling the same inputs again in as many partitions
 * gives it again. An approval quotes it.
 */
export function runDigest(period: string, tariff: string, partitionDigests: readonly Buffer[]): Buffer {
  const hash = createHash("sha256").update(`${period}|${tariff}|`);
  for (const digest of partitionDigests) hash.update(digest);
  return hash.digest();
}
