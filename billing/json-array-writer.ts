const [OPEN, CLOSE, COMMA, MINUS, ZERO] = [0x5b, 0x5d, 0x2c, 0x2d, 0x30];
const NULL = Buffer.from("null", "latin1");
const BILLION = 1_000_000_000;
const QUOTED_KEPT = 10_000;

/**
 * Writes nested JSON arrays of texts and integers, in ASCII and without spaces, into one byte buffer that is used again for the next. For
 * texts written a million times: concatenation makes a tree that is flattened later, and a string of each number.
 */
export class JsonArrayWriter {
  private bytes = Buffer.allocUnsafe(4096);
  private length = 0;
  private readonly quoted = new Map<string, Uint8Array>();

  /** Begins an array; what follows, up to `close`, are its elements. */
  open(): void {
    this.separate(1);
    this.bytes[this.length++] = OPEN;
  }

  close(): void {
    this.reserve(1);
    this.bytes[this.length++] = CLOSE;
  }

  text(text: string): void {
    this.copy(this.quoted.get(text) ?? this.quote(text));
  }

  /** Writes a safe integer or `null`. Anything else is written as `String` does, which no reader of JSON accepts. */
  integer(value: number | null): void {
    if (value === null) {
      this.copy(NULL);
      return;
    }
    if (!Number.isSafeInteger(value)) {
      this.copy(Buffer.from(String(value), "latin1"));
      return;
    }
    this.separate(17);
    if (value < 0) this.bytes[this.length++] = MINUS;
    const magnitude = Math.abs(value);
    if (magnitude < BILLION) {
      this.digits(magnitude, digitsOf(magnitude));
      return;
    }
    const high = Math.floor(magnitude / BILLION);
    this.digits(high, digitsOf(high));
    this.digits(magnitude - high * BILLION, 9);
  }

  /** What was written since the last `take`: a view, good until something is written again. */
  take(): Uint8Array {
    const written = this.bytes.subarray(0, this.length);
    this.length = 0;
    return written;
  }

  /** Makes room for an element and writes the comma before it, unless it is the first. */
  private separate(count: number): void {
    this.reserve(count + 1);
    if (this.length > 0 && this.bytes[this.length - 1] !== OPEN) this.bytes[this.length++] = COMMA;
  }

  private copy(element: Uint8Array): void {
    this.separate(element.length);
    const { bytes } = this;
    let at = this.length;
    for (const unit of element) bytes[at++] = unit;
    this.length = at;
  }

  /** Writes a number below 2^31, with leading zeros up to `count` digits. */
  private digits(value: number, count: number): void {
    const { bytes } = this;
    const start = this.length;
    let rest = value | 0;
    for (let at = start + count - 1; at >= start; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.length = start + count;
  }

  private quote(text: string): Uint8Array {
    const json = JSON.stringify(text).replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    const quoted = Uint8Array.from(json, (unit) => unit.charCodeAt(0));
    // Codes are few and come again in every text; the limit is for data that is not.
    if (this.quoted.size >= QUOTED_KEPT) this.quoted.clear();
    this.quoted.set(text, quoted);
    return quoted;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe((this.length + count) * 2);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}
