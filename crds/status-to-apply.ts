/**
 * A status as it is applied to the API server: what is null is left out. The published schema knows no null, and
 * server-side apply removes a field that its manager no longer names.
 */
export function statusToApply(status: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== null));
}
