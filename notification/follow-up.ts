/** What became of the message that an earlier generation has of the same bill. */
export interface FormerMessage {
  readonly generation: number;
  readonly amountMinor: number;
  /**
   * `under-way`: it may yet be accepted. `told`: the member has it. `maybe`: a send of it may have been accepted, nobody
   * knows. `untold`: it never left, or was refused each time.
   */
  readonly fate: "under-way" | "told" | "maybe" | "untold";
}

/** What a message of a bill that was settled again turns out to be. */
export type FollowUp =
  /** A former one is still under way: ask again. */
  | { readonly kind: "wait" }
  /** The first that the member hears of this bill. */
  | { readonly kind: "first" }
  /** The member was told another amount, or may have been: this message names it and puts it right. */
  | { readonly kind: "correction"; readonly told: FormerMessage }
  /** The member was told this very amount last: there is nothing to say. */
  | { readonly kind: "told-already" }
  /** The member was told this amount or nothing. A person decides, as after every outcome that nobody knows. */
  | { readonly kind: "uncertain" };

/**
 * Decides by what the member may believe: the last amount that was told for certain, and what may have been told after
 * it. Former messages are told in the order of their generations, because each waits for those before it.
 *
 * No member is left with a wrong amount: as soon as one of the possible beliefs is another amount, there is a correction,
 * also if that may repeat what an answer that got lost has told already. Where only this amount or none can be believed,
 * nothing is sent on a guess.
 */
export function followUp(amountMinor: number, former: readonly FormerMessage[]): FollowUp {
  if (former.some(({ fate }) => fate === "under-way")) return { kind: "wait" };
  const inOrder = former.toSorted((a, b) => a.generation - b.generation);
  const lastTold = inOrder.findLastIndex(({ fate }) => fate === "told");
  const believed = inOrder.slice(Math.max(lastTold, 0)).filter(({ fate }) => fate !== "untold");
  const wrong = believed.findLast((message) => message.amountMinor !== amountMinor);
  if (wrong !== undefined) return { kind: "correction", told: wrong };
  if (lastTold >= 0) return { kind: "told-already" };
  return { kind: believed.length === 0 ? "first" : "uncertain" };
}
