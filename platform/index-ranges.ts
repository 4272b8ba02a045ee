/** Indexes as Kubernetes writes those of an Indexed Job: ascending, `0-3,7`; "" for none. */
export function formatIndexRanges(indexes: readonly number[]): string {
  const sorted = [...new Set(indexes)].sort((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const index of sorted) {
    const range = ranges.at(-1);
    if (range?.last === index - 1) range.last = index;
    else ranges.push({ first: index, last: index });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

/** Reads such a text; throws RangeError when it is none, or its ranges are not ascending. */
export function parseIndexRanges(text: string): number[] {
  const indexes: number[] = [];
  for (const part of text === "" ? [] : text.split(",")) {
    const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last ?? first)];
    if (first === undefined || to < from || from <= (indexes.at(-1) ?? -1) || to > maxIndex) {
      throw new RangeError(`"${text}" is no ascending list of indexes, such as 0-3,7`);
    }
    for (let index = from; index <= to; index++) indexes.push(index);
  }
  return indexes;
}

/** Beyond any Job's: a range is spelt out in memory. */
const maxIndex = 1_000_000;
