/**
 * The list in ascending order, itself when it is in order already. Rows come from a database in any order; the bill, and so its
 * digest, must not depend on it.
 */
export function inOrder<T>(list: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  let previous: T | undefined;
  for (const element of list) {
    if (previous !== undefined && compare(previous, element) > 0) return list.toSorted(compare);
    previous = element;
  }
  return list;
}
