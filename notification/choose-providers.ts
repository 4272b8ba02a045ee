/** A provider of a channel, as the choice sees it. */
export interface ProviderRoom {
  readonly name: string;
  /** Its share, relative to the others. */
  readonly weight: number;
  /** How many it takes now: none while its breaker is open, it asked for patience, or its rate is used up. */
  readonly room: number;
}

/** What a provider is owed of its share, by name; kept from one choice to the next, so that small batches are fair too. */
export type ProviderCredit = ReadonlyMap<string, number>;

/**
 * Providers for `count` messages, in turns by weight; one without room is passed over and the others take its share. Fewer
 * when there is no room for more. Over many messages each has its share, and never waits longer than its turn.
 */
export function chooseProviders(
  providers: readonly ProviderRoom[],
  count: number,
  credit: ProviderCredit,
): { readonly names: readonly string[]; readonly credit: ProviderCredit } {
  const standing = providers.map(({ name, weight, room }) => ({
    ...{ name, weight, left: room, credit: credit.get(name) ?? 0 },
  }));
  const names: string[] = [];
  while (names.length < count) {
    const open = standing.filter(({ left }) => left >= 1);
    const [first, ...others] = open;
    if (first === undefined) break;
    let best = first;
    let total = 0;
    for (const each of open) {
      each.credit += each.weight;
      total += each.weight;
    }
    for (const each of others) if (each.credit > best.credit) best = each;
    best.credit -= total;
    best.left--;
    names.push(best.name);
  }
  return { names, credit: new Map(standing.map((each) => [each.name, each.credit])) };
}
