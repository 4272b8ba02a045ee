import { finished } from "node:stream/promises";
import type { Bill } from "../../billing/bill.ts";
import { BinaryRows } from "../../database/binary-rows.ts";
import { billColumns, billId, itemColumns, type StagedLeaf } from "../../database/bills/leaf.ts";
import { copyIn, type Client } from "../../platform/postgres.ts";
import type { ItemBook } from "./item-book.ts";

/** Bytes of items after which a batch is sent: large enough that a COPY's start costs nothing, small beside the limit of a worker. */
const BATCH_BYTES = 4 << 20;

/** Where bills are written; `onWritten` is told of the bytes that PostgreSQL has taken. */
interface WriteTarget {
  readonly period: string;
  readonly staged: StagedLeaf;
  readonly onWritten: (bytes: number) => void;
}

interface Batch {
  readonly bills: BinaryRows;
  readonly items: BinaryRows;
}

/**
 * Writes bills and items into a staged leaf by binary COPY. While PostgreSQL takes one batch, the next is being filled;
 * `drain` waits when there are two, which is all the memory the writer ever uses.
 */
export class BillWriter {
  readonly #client: Client;
  /** Bill id of account 0: the month's part of every id. */
  readonly #firstBillId: number;
  readonly #target: WriteTarget;
  readonly #book: ItemBook;
  #filling: Batch = newBatch();
  #spare: Batch = newBatch();
  #sending: Promise<void> = Promise.resolve();

  /** `book`: where each item's code has its number, and its quantity is counted. */
  constructor(client: Client, target: WriteTarget, book: ItemBook) {
    this.#client = client;
    this.#firstBillId = billId(target.period, 0);
    this.#target = target;
    this.#book = book;
  }

  /** `snapshot`: its UTF-8 bytes, which are copied. */
  add(bill: Bill, digest: Buffer, snapshot: Uint8Array): void {
    const id = this.#firstBillId + bill.accountId;
    const { bills, items } = this.#filling;
    bills.row(billColumns.length);
    bills.bigint(id);
    bills.bigint(bill.accountId);
    bills.smallint(bill.items.length);
    bills.bigint(bill.taxableMinor);
    bills.bigint(bill.taxMinor);
    bills.bigint(bill.totalMinor);
    bills.bytea(digest);
    bills.utf8(snapshot);
    let line = 0;
    for (const item of bill.items) {
      const code = this.#book.of(item.code);
      code.quantityMilli += item.quantityMilli;
      items.row(itemColumns.length);
      items.bigint(id);
      items.bigint(item.quantityMilli);
      items.bigint(item.rateMicro);
      items.bigint(item.amountMinor);
      items.smallint(++line);
      items.smallint(code.id);
    }
  }

  /** Sends the batch if it is full; resolves as soon as the next one can be filled. */
  async drain(): Promise<void> {
    if (this.#filling.items.size >= BATCH_BYTES) await this.#send();
  }

  /** Sends what is left and waits until PostgreSQL has all of it. */
  async finish(): Promise<void> {
    await this.#send();
    await this.#sending;
  }

  async #send(): Promise<void> {
    await this.#sending;
    const batch = this.#filling;
    this.#filling = this.#spare;
    this.#spare = batch;
    this.#sending = this.#copy(batch);
    // A failure is thrown by the next `await this.#sending`; until then it must not count as unhandled.
    this.#sending.catch(() => undefined);
  }

  async #copy(batch: Batch): Promise<void> {
    await this.#copyRows(`${this.#target.staged.bills} (${billColumns.join(", ")})`, batch.bills);
    await this.#copyRows(`${this.#target.staged.items} (${itemColumns.join(", ")})`, batch.items);
  }

  /** FREEZE: the table is this transaction's own, so the rows need no second visit to become visible to all. */
  async #copyRows(target: string, rows: BinaryRows): Promise<void> {
    if (rows.count > 0) {
      const stream = copyIn(this.#client, `copy ${target} from stdin (format binary, freeze)`);
      stream.end(rows.bytes());
      await finished(stream);
      this.#target.onWritten(rows.size);
    }
    rows.clear();
  }
}

function newBatch(): Batch {
  return { bills: new BinaryRows(BATCH_BYTES), items: new BinaryRows(BATCH_BYTES + (1 << 18)) };
}
