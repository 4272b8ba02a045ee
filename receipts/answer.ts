import type { Receipt } from "../database/receipts/receipt-row.ts";
import type { Recorded } from "./record.ts";
import type { ReadEvents } from "./read-events.ts";

/** What the provider is told of one event, by its place in the batch. */
export interface EventAnswer {
  readonly index: number;
  /** `recorded` and `repeated` are kept; `rejected` is not, and never will be as it is. */
  readonly status: "recorded" | "repeated" | "rejected";
  /** What became of the message: `moved`, `waiting`, or why nothing did. */
  readonly effect?: string;
  readonly problems?: readonly string[];
}

/** The answers to all events of a batch, in their order. */
export function answersOf(read: ReadEvents, recorded: Recorded): readonly EventAnswer[] {
  const effects = new Map<Receipt, string>(
    recorded.judged.map(({ receipt, effect }) => [receipt, effect ?? "waiting"]),
  );
  const kept = read.receipts.map(({ index, receipt }): EventAnswer => {
    const effect = effects.get(receipt);
    // Not applied: it was before, or another of the batch has its number.
    return effect === undefined ? { index, status: "repeated" } : { index, status: "recorded", effect };
  });
  const rejected = read.rejected.map(({ index, problems }): EventAnswer => ({
    index,
    status: "rejected",
    problems,
  }));
  return [...kept, ...rejected].sort((a, b) => a.index - b.index);
}
