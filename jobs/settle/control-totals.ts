import type { Bill, HeldAccount } from "../../billing/bill.ts";
import type { PartitionTotals } from "../../database/generations/complete-partition.ts";
import type { SettledCounts } from "../job-meter.ts";
import type { ItemBook } from "./item-book.ts";
import { PartitionDigest } from "./partition-digest.ts";

/** Counts what a partition bills while it is billed: the totals that its ledger row will state. */
export class ControlTotals {
  readonly #digest = new PartitionDigest();
  readonly #book: ItemBook;
  readonly #usageMilli = new Map<string, bigint>();
  readonly held: HeldAccount[] = [];
  billed = 0;
  excluded = 0;
  #items = 0;
  #totalMinor = 0n;
  #pendingMinor = 0;

  /** `book` counts the units of the items that the writer books there. */
  constructor(book: ItemBook) {
    this.#book = book;
  }

  addBill(bill: Bill, digest: Buffer): void {
    this.billed++;
    this.#items += bill.items.length;
    this.#pendingMinor += bill.totalMinor;
    this.#digest.add(digest);
  }

  /** Moves the running sums into big integers; see `ItemBook.takeUsage` for when. */
  carry(): void {
    this.#totalMinor += BigInt(this.#pendingMinor);
    this.#pendingMinor = 0;
    this.#book.takeUsage(this.#usageMilli);
  }

  /** How far it has come. */
  get counts(): SettledCounts {
    return { billed: this.billed, held: this.held.length, excluded: this.excluded, items: this.#items };
  }

  /** The totals of all that was added; call once, at the end. */
  finish(): PartitionTotals {
    this.carry();
    return {
      ...this.counts,
      totalMinor: this.#totalMinor,
      usageMilli: this.#usageMilli,
      digest: this.#digest.finish(this.held),
    };
  }
}
