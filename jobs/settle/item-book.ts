import { meterOfItem } from "../../billing/tariff/item-codes.ts";
import { PermanentError } from "../../platform/errors.ts";

/** What is known and counted of one item code while a partition is settled. */
export interface BookedCode {
  /** The dictionary's number. */
  readonly id: number;
  /** Sum of the quantities of its items since the last `takeUsage`. */
  quantityMilli: number;
}

/**
 * The item codes a tariff may produce, with their numbers and the quantities billed under them: one look-up an item, of
 * which a settlement has some ten million, for both.
 */
export class ItemBook {
  readonly #codes: ReadonlyMap<string, BookedCode>;
  readonly #usage: readonly { readonly meter: string; readonly booked: BookedCode }[];

  /** `codeIds`: the dictionary's number of every item code. */
  constructor(codeIds: ReadonlyMap<string, number>) {
    this.#codes = new Map([...codeIds].map(([code, id]) => [code, { id, quantityMilli: 0 }]));
    this.#usage = [...this.#codes].flatMap(([code, booked]) => {
      const meter = meterOfItem(code);
      return meter === null ? [] : [{ meter, booked }];
    });
  }

  /** Throws PermanentError `unknown-item-code` for a code that is not in the dictionary. */
  of(code: string): BookedCode {
    const booked = this.#codes.get(code);
    if (booked !== undefined) return booked;
    throw new PermanentError("unknown-item-code", `item code "${code}" is not in the dictionary`);
  }

  /**
   * Adds the units of usage booked since the last call to `usageMilli`, by meter, and starts anew. To be called every few
   * thousand bills: a whole partition's units would outgrow the safe integers, a few thousand accounts' cannot.
   */
  takeUsage(usageMilli: Map<string, bigint>): void {
    for (const { meter, booked } of this.#usage) {
      if (booked.quantityMilli === 0) continue;
      usageMilli.set(meter, (usageMilli.get(meter) ?? 0n) + BigInt(booked.quantityMilli));
      booked.quantityMilli = 0;
    }
  }
}
