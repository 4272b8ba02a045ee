/**
 * Numbers of generated rows. Each kind has its own range, so that a number taken for one of another kind finds nothing, instead of
 * the wrong row. `ordinal` counts members from 1; a member has one account.
 */
export const numbering = {
  member: (ordinal: number) => ordinal,
  account: (ordinal: number) => 1_000_000_000 + ordinal,
  /** `position` is 0 or 1. */
  subscription: (ordinal: number, position: number) => 10_000_000_000 + ordinal * 2 + position,
  family: (block: number) => 7_000_000_000 + block,
  addOn: (subscriptionId: number, position: number) => (subscriptionId - 10_000_000_000) * 4 + position,
  contract: (subscriptionId: number) => subscriptionId - 10_000_000_000,
  /** Base 36 of fixed width, so that the order of arrival is the order of the index and loading stays fast. */
  record: (index: number) => `u${index.toString(36).padStart(7, "0")}`,
} as const;
