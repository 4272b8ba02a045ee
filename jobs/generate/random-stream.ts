/** What a stream decides; part of its seed, so that drawing more for one purpose never shifts another. */
export const Purpose = { family: 1, service: 2, terms: 3, person: 4, usage: 5 } as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

const TWO_TO_32 = 4_294_967_296;

/** Finalizer of MurmurHash3: every bit of the input changes half of the bits of the output. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * Seeded random numbers (sfc32, 32-bit integers only). Each member, and each usage record, has its own stream, restarted from the
 * seed and its number: what is drawn depends on neither order nor number of workers.
 */
export class RandomStream {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  /** Starts the stream of `subject` (a safe integer) for `purpose` anew. */
  restart(seed: number, subject: number, purpose: Purpose): this {
    this.#a = mix(seed ^ 0x9e3779b9);
    this.#b = mix(subject ^ Math.imul(purpose, 0x85ebca6b));
    this.#c = mix(Math.floor(subject / TWO_TO_32) ^ this.#a ^ Math.imul(purpose, 0x27d4eb2f));
    this.#counter = 1;
    for (let round = 0; round < 8; round++) this.next();
    return this;
  }

  /** An integer from 0 to 2^32 - 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.next() / TWO_TO_32;
  }

  /** An integer from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** An integer from `first` to `last`, both included. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** About normally distributed, mean 0 and deviation 1, within ±3.5: the scaled sum of four uniform numbers. */
  normal(): number {
    return (this.fraction() + this.fraction() + this.fraction() + this.fraction() - 2) * 1.7320508075688772;
  }

  /** One of the values; the list must not be empty. */
  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  }

  /** One of the choices, each as likely as its weight says; the list must not be empty. */
  pickWeighted<Value>(choices: readonly { readonly value: Value; readonly weight: number }[]): Value {
    let total = 0;
    for (const choice of choices) total += choice.weight;
    let left = this.fraction() * total;
    for (const choice of choices) {
      left -= choice.weight;
      if (left < 0) return choice.value;
    }
    const last = choices.at(-1);
    if (last === undefined) throw new RangeError("nothing to pick from");
    return last.value;
  }
}
