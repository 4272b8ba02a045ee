import { createHash } from "node:crypto";

/** A number in [0, 1) that depends on the text alone. */
export function fraction(text: string): number {
  return createHash("md5").update(text).digest().readUInt32BE(0) / 2 ** 32;
}
