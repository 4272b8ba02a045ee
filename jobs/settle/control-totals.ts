import type { Bill, HeldAccount } from "../../billing/bill.ts";
import { meterOfItem } from "../../billing/tariff/item-codes.ts";
import type { PartitionTotals } from "../../database/generations/complete-partition.ts";
import { PartitionDigest } from "./partition-digest.ts";

interface UsageCounter {
  readonly meter: string;
  pendingMilli: number;
}

/** Counts what a partition bills while it is billed: the totals that its ledger row will state. */
export class ControlTotals {
  readonly #digest = new PartitionDigest();
  readonly #usage: ReadonlyMap<string, UsageCounter>;
  readonly #usageMilli = new Map<string, bigint>();
  readonly held: HeldAccount[] = [];
  billed = 0;
  excluded = 0;
  #items = 0;
  #totalMinor = 0n;
  #pendingMinor = 0;

  /** `itemCodes`: every code a bill of the tariff may have. */
  constructor(itemCodes: readonly string[]) {
    const counters = new Map<string, UsageCounter>();
    for (const code of itemCodes) {
      const meter = meterOfItem(code);
      if (meter !== null) counters.set(code, { meter, pendingMilli: 0 });
    }
    this.#usage = counters;
  }

  addBill(bill: Bill, digest: Buffer): void {
    this.billed++;
    this.#items += bill.items.length;
    this.#pendingMinor += bill.totalMinor;
    for (const item of bill.items) {
      const counter = this.#usage.get(item.code);
      if (counter !== undefined) counter.pendingMilli += item.quantityMilli;
    }
    this.#digest.add(digest);
  }

  /**
   * Moves the running sums into big integers. To be called every few thousand bills: a whole partition's units would
   * outgrow the safe integers, a few thousand accounts' cannot.
   */
  carry(): void {
    this.#totalMinor += BigInt(this.#pendingMinor);
    this.#pendingMinor = 0;
    for (const counter of this.#usage.values()) {
      if (counter.pendingMilli === 0) continue;
      const sum = this.#usageMilli.get(counter.meter) ?? 0n;
      this.#usageMilli.set(counter.meter, sum + BigInt(counter.pendingMilli));
      counter.pendingMilli = 0;
    }
  }

  /** The totals of all that was added; call once, at the end. */
  finish(): PartitionTotals {
    this.carry();
    return {
      billed: this.billed,
      held: this.held.length,
      excluded: this.excluded,
      items: this.#items,
      totalMinor: this.#totalMinor,
      usageMilli: this.#usageMilli,
      digest: this.#digest.finish(this.held),
    };
  }
}
