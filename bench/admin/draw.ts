import { Purpose, RandomStream } from "../../jobs/generate/random-stream.ts";

/** What the parameters of calls are drawn with; the same calls for the same seed. */
export class Draw {
  readonly #stream = new RandomStream();

  constructor(seed: number) {
    this.#stream.restart(seed, 1, Purpose.terms);
  }

  /** Any of them; throws RangeError when there is none, because a call about nothing says nothing. */
  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.#stream.below(values.length)];
    if (value === undefined) throw new RangeError("nothing to draw from: fill the database with more");
    return value;
  }

  /** A whole number from `first` to `last`, both included. */
  between(first: number, last: number): number {
    return this.#stream.between(first, last);
  }

  /** The values in a random order. */
  shuffled<Value>(values: readonly Value[]): Value[] {
    const keyed = values.map((value) => ({ value, key: this.#stream.next() }));
    return keyed.toSorted((a, b) => a.key - b.key).map(({ value }) => value);
  }
}
