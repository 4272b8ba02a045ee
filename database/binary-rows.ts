/** Days and microseconds from 1970-01-01, where JavaScript counts from, to 2000-01-01, where PostgreSQL does. */
const POSTGRES_EPOCH_DAY = 10_957;
const POSTGRES_EPOCH_MS = POSTGRES_EPOCH_DAY * 86_400_000;

const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const TWO_TO_32 = 4_294_967_296;

/**
 * Rows in the format of `copy … from stdin (format binary)`. The caller writes, for each row, `row(n)` and then n fields in the order
 * of the statement's columns; a null argument is SQL null. The buffer is reused after `clear`, so `bytes` must have been sent by then.
 */
export class BinaryRows {
  #buffer: Buffer;
  // Numbers go through a DataView: its setters compile to single stores, where Buffer's write methods check and store byte by byte.
  #view: DataView;
  #used = 0;
  #count = 0;

  constructor(initialBytes = 1 << 20) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(initialBytes, 64));
    this.#view = viewOf(this.#buffer);
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
    this.#view.setInt16(this.#used, -1);
    return this.#buffer.subarray(0, this.#used + 2);
  }

  row(fields: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#used, fields);
    this.#used += 2;
    this.#count++;
  }

  smallint(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#reserve(6);
    this.#view.setInt32(this.#used, 2);
    this.#view.setInt16(this.#used + 4, value);
    this.#used += 6;
  }

  boolean(value: boolean): void {
    this.#reserve(5);
    this.#view.setInt32(this.#used, 1);
    this.#view.setUint8(this.#used + 4, value ? 1 : 0);
    this.#used += 5;
  }

  bigint(value: number | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    this.#reserve(12);
    this.#view.setInt32(this.#used, 8);
    this.#view.setInt32(this.#used + 4, Math.floor(value / TWO_TO_32));
    this.#view.setUint32(this.#used + 8, value >>> 0);
    this.#used += 12;
  }

  /** A `date` from an epoch day. */
  date(epochDay: number | null): void {
    if (epochDay === null) {
      this.#null();
      return;
    }
    this.#reserve(8);
    this.#view.setInt32(this.#used, 4);
    this.#view.setInt32(this.#used + 4, epochDay - POSTGRES_EPOCH_DAY);
    this.#used += 8;
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
    this.#reserve(4 + value.length);
    this.#view.setInt32(this.#used, value.length);
    this.#buffer.set(value, this.#used + 4);
    this.#used += 4 + value.length;
  }

  /** A `text` or `json` that stands as UTF-8 already. */
  utf8(value: Uint8Array): void {
    this.#reserve(4 + value.length);
    this.#view.setInt32(this.#used, value.length);
    this.#buffer.set(value, this.#used + 4);
    this.#used += 4 + value.length;
  }

  text(value: string | null): void {
    if (value === null) {
      this.#null();
      return;
    }
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(4 + value.length * 3);
    const written = this.#buffer.write(value, this.#used + 4, "utf8");
    this.#view.setInt32(this.#used, written);
    this.#used += 4 + written;
  }

  #null(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#used, -1);
    this.#used += 4;
  }

  #reserve(bytes: number): void {
    // Two bytes more: the trailer always fits.
    if (this.#used + bytes + 2 <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#used + bytes + 2));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
    this.#view = viewOf(larger);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
