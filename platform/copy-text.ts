const TAB = 9;
const NEWLINE = 10;
const MINUS = 45;
const DIGIT_ZERO = 48;
const BACKSLASH = 92;

/** Texts kept to be given again, a power of two, and the longest that is kept. */
const KEPT = 1024;
const LONGEST_KEPT = 32;

interface KeptText {
  readonly bytes: Uint8Array;
  readonly text: string;
}

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
  readonly #texts: (KeptText | undefined)[] = new Array<KeptText | undefined>(KEPT).fill(undefined);

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

  /** The next field as text; "" for SQL null. The same short text is the same string object again, as codes are. */
  text(): string {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let hash = 0;
    for (let byte = bytes[at]; byte !== undefined && byte !== TAB && byte !== NEWLINE; byte = bytes[++at]) {
      hash = Math.imul(hash, 31) + byte;
    }
    this.#at = at + 1;
    if (bytes[start] === BACKSLASH) return "";
    if (at - start > LONGEST_KEPT) return bytes.toString("latin1", start, at);
    return this.#kept(start, at, hash & (KEPT - 1));
  }

  /** The string of a field from the slot its hash names, or made anew and kept there. */
  #kept(start: number, end: number, slot: number): string {
    const kept = this.#texts[slot];
    if (kept !== undefined && equals(kept.bytes, this.#bytes, start, end)) return kept.text;
    const text = this.#bytes.toString("latin1", start, end);
    this.#texts[slot] = { bytes: Buffer.from(this.#bytes.subarray(start, end)), text };
    return text;
  }
}

function equals(kept: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (kept.length !== end - start) return false;
  for (let at = 0; at < kept.length; at++) if (kept[at] !== bytes[start + at]) return false;
  return true;
}
