import assert from "node:assert/strict";

/** A send as it reaches the provider. */
export interface Told {
  readonly key: string;
  readonly billId: number;
  readonly amountMinor: number;
  /** What the message says it corrects; null = it is no correction. */
  readonly toldMinor: number | null;
}

/**
 * What each member believes to owe, as far as the provider's accepts go, and the two laws of re-settlement that can be
 * judged at each accept. It honours keys, as the provider has to.
 */
export class Beliefs {
  readonly #accepted = new Map<string, string>();
  readonly #believed = new Map<number, number>();
  /** Bills of which a send ended without a known outcome since the last that was recorded as accepted. */
  readonly #doubtful = new Set<number>();
  corrections = 0;

  of(billId: number): number | undefined {
    return this.#believed.get(billId);
  }

  isDoubtful(billId: number): boolean {
    return this.#doubtful.has(billId);
  }

  /** The outcome of a send of this bill is not known to the sender, whatever the provider did. */
  outcomeLost(billId: number): void {
    this.#doubtful.add(billId);
  }

  /** The sender has recorded an accept. */
  outcomeKnown(billId: number): void {
    this.#doubtful.delete(billId);
  }

  /** The provider accepts, or answers a key that it knows again without telling the member twice. */
  accept(message: Told): void {
    const { key, billId, amountMinor, toldMinor } = message;
    const content = `${billId} ${amountMinor} ${toldMinor ?? "first"}`;
    const known = this.#accepted.get(key);
    if (known !== undefined) {
      assert.equal(known, content, `key ${key} was used for two messages`);
      return;
    }
    this.#accepted.set(key, content);
    const before = this.#believed.get(billId);
    if (!this.#doubtful.has(billId)) {
      assert.notEqual(before, amountMinor, `bill ${billId}: told ${amountMinor} again`);
      assert.equal(toldMinor, before ?? null, `bill ${billId}: what it corrects is not what was believed`);
    }
    assert.notEqual(toldMinor, amountMinor, `bill ${billId}: a correction without a change`);
    if (toldMinor !== null) this.corrections++;
    this.#believed.set(billId, amountMinor);
  }
}
