import { hash } from "node:crypto";
import type { Bill } from "./bill.ts";

/** Length of a bill's digest in bytes. */
export const BILL_DIGEST_BYTES = 16;

const HEAD_BYTES = 40;
const ITEM_BYTES = 32;

let bytes = new Uint8Array(HEAD_BYTES + 32 * ITEM_BYTES);
let view = new DataView(bytes.buffer);

/**
 * Digest of a bill: the first 16 bytes of SHA-256 over its canonical form. Two bills have the same digest exactly when account,
 * sums and every item agree, in order.
 *
 * Canonical form, all numbers 64-bit signed little-endian: account id, taxableMinor, taxMinor, totalMinor, number of items; then
 * for each item the first 8 bytes of SHA-256 of its code in UTF-8, quantityMilli, rateMicro, amountMinor. The numbers are
 * safe integers, as every bill's are.
 */
export function billDigest(bill: Bill): Buffer {
  const { items } = bill;
  const length = HEAD_BYTES + items.length * ITEM_BYTES;
  if (length > bytes.length) {
    bytes = new Uint8Array(length * 2);
    view = new DataView(bytes.buffer);
  }
  putInteger(0, bill.accountId);
  putInteger(8, bill.taxableMinor);
  putInteger(16, bill.taxMinor);
  putInteger(24, bill.totalMinor);
  putInteger(32, items.length);
  let offset = HEAD_BYTES;
  for (const item of items) {
    const code = markOf(item.code);
    view.setInt32(offset, code.low, true);
    view.setInt32(offset + 4, code.high, true);
    putInteger(offset + 8, item.quantityMilli);
    putInteger(offset + 16, item.rateMicro);
    putInteger(offset + 24, item.amountMinor);
    offset += ITEM_BYTES;
  }
  // By way of a latin1 text, which is lossless: a Buffer of its own for each hash costs twice as much as the hash.
  return Buffer.from(
    hash("sha256", bytes.subarray(0, length), "binary").slice(0, BILL_DIGEST_BYTES),
    "latin1",
  );
}

const TWO_TO_32 = 4_294_967_296;

function putInteger(offset: number, value: number): void {
  // `| 0` takes a safe integer modulo 2^32, negative ones included, which is their two's complement.
  view.setInt32(offset, value | 0, true);
  view.setInt32(offset + 4, Math.floor(value / TWO_TO_32), true);
}

interface CodeMark {
  readonly low: number;
  readonly high: number;
}

// A tariff has some hundred codes; the limit keeps a caller with made-up codes from filling the memory.
const MARKS_KEPT = 10_000;
const marks = new Map<string, CodeMark>();

function markOf(code: string): CodeMark {
  const known = marks.get(code);
  if (known !== undefined) return known;
  const digest = hash("sha256", code, "buffer");
  const mark = { low: digest.readInt32LE(0), high: digest.readInt32LE(4) };
  if (marks.size >= MARKS_KEPT) marks.clear();
  marks.set(code, mark);
  return mark;
}
