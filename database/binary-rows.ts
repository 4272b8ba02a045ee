/** Days and microseconds from 1970-01-01, where JavaScript counts from, to 2000-01-01, where PostgreSQL does. */
const POSTGRES_EPOCH_DAY = 10_957;
const POSTGRES_EPOCH_MS = POSTGRES_EPOCH_DAY * 86_400_000;

const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const TWO_TO_32 = 4_294_967_296;
const LONGEST_FIXED_FIELD = 12;

/**
 * Rows in the format of `copy … from stdin (format binary)`. The caller writes, for each row, `row(n)` and then n fields in the order
 * of the statement's columns; a null argument is SQL null. The buffer is reused after `clear`, so `bytes` must have been sent by then.
 */
export class BinaryRows {
  #buffer: Buffer;
  #used = 0;
  #count = 0;

  constructor(initialBytes = 1 << 20) {
    this.#buffer = Buffer.allocUnsafe(Math.max(initialBytes, 64));
    this.clear();
  }

  /** Bytes written since the last `clear`, with the header. */
  get size(): number {
    return this.#used;
  }

  /** Number of rows since the last `clear`. */
  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#used = HEADER.copy(this.#buffer);
    this.#count = 0;
  }

  /** Everything written, with the trailer: one complete COPY. A view of the reused buffer. */
  bytes(): Buffer {
    this.#reserve(2);
    this.#buffer.writeInt16BE(-1, this.#used);
    return this.#buffer.subarray(0, this.#used + 2);
  }

  row(fields: number): void {
    this.#reserve(2);
    this.#used = this.#buffer.writeInt16BE(fields, this.#used);
    this.#count++;
  }

  smallint(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#length(2);
    this.#used = this.#buffer.writeInt16BE(value, this.#used);
  }

  bigint(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#length(8);
    this.#used = this.#buffer.writeInt32BE(Math.floor(value / TWO_TO_32), this.#used);
    this.#used = this.#buffer.writeUInt32BE(value >>> 0, this.#used);
  }

  /** A `date` from an epoch day. */
  date(epochDay: number | null): void {
    if (epochDay === null) {
      this.#null();
      return;
    }
    this.#length(4);
    this.#used = this.#buffer.writeInt32BE(epochDay - POSTGRES_EPOCH_DAY, this.#used);
  }

  /** A `timestamptz` from milliseconds since 1970-01-01 UTC. */
  timestamptz(epochMs: number): void {
    this.bigint((epochMs - POSTGRES_EPOCH_MS) * 1000);
  }

  bytea(value: Buffer | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#length(value.length);
    this.#used += value.copy(this.#buffer, this.#used);
  }

  text(value: string | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(4 + value.length * 3);
    const written = this.#buffer.write(value, this.#used + 4, "utf8");
    this.#buffer.writeInt32BE(written, this.#used);
    this.#used += 4 + written;
  }

  #null(): void {
    this.#reserve(4);
    this.#used = this.#buffer.writeInt32BE(-1, this.#used);
  }

  #length(bytes: number): void {
    this.#reserve(Math.max(4 + bytes, LONGEST_FIXED_FIELD));
    this.#used = this.#buffer.writeInt32BE(bytes, this.#used);
  }

  #reserve(bytes: number): void {
    // Two bytes more: the trailer always fits.
    if (this.#used + bytes + 2 <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#used + bytes + 2));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }
}
