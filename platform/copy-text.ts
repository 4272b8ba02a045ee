const TAB = 9;
const NEWLINE = 10;
const MINUS = 45;
const DIGIT_ZERO = 48;
const BACKSLASH = 92;

/**
 * Reads the rows of `copy … to stdout` (text format) from chunks as they arrive, field by field, without making strings of
 * numbers. For columns of integers and of plain codes: text is taken as it stands, so a column that may hold a tab, a
 * newline or a backslash (which COPY escapes) does not belong here.
 *
 * Use: `push` each chunk; while `nextRow()` is true, read the row's fields in order; what is left waits for the next chunk.
 */
export class CopyTextRows {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #rowEnd = -1;

  /** Adds a chunk; an incomplete row left from the last one is joined with it. */
  push(chunk: Buffer): void {
    this.#bytes =
      this.#at === this.#bytes.length ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk]);
    this.#at = 0;
    this.#rowEnd = -1;
  }

  /** Moves to the next complete row; false when more bytes are needed. Fields not read of the row before are skipped. */
  nextRow(): boolean {
    if (this.#rowEnd >= 0) this.#at = this.#rowEnd + 1;
    this.#rowEnd = this.#bytes.indexOf(NEWLINE, this.#at);
    return this.#rowEnd >= 0;
  }

  /** The next field as an integer; null for SQL null. */
  integerOrNull(): number | null {
    if (this.#bytes[this.#at] === BACKSLASH) {
      this.#at += 3;
      return null;
    }
    return this.integer();
  }

  /** The next field, which is not null, as an integer. */
  integer(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    let value = 0;
    for (let byte = bytes[at]; byte !== undefined && byte >= DIGIT_ZERO; byte = bytes[++at]) {
      value = value * 10 + (byte - DIGIT_ZERO);
    }
    this.#at = at + 1;
    return negative ? -value : value;
  }

  /** The next field as text; "" for SQL null. */
  text(): string {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    for (let byte = bytes[at]; byte !== TAB && byte !== NEWLINE; byte = bytes[++at]);
    this.#at = at + 1;
    return bytes[start] === BACKSLASH ? "" : bytes.toString("latin1", start, at);
  }
}
