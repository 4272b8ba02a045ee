/** Number of buckets accounts are spread over; a settlement partition owns a range of them. */
export const BUCKETS = 1024;

/**
 * Bucket of a billing group (a family's number, or the account's own when it has none).
 * Same arithmetic as `bucket_of` in migration 0001; neither may ever change, or members would move between partitions.
 */
export function bucketOf(billingGroup: number): number {
  return Math.imul(billingGroup % 2147483648, 0x9e3779b1) >>> 22;
}
