/** How a text is sent as SMS: its alphabet and the number of parts it is charged as. */
export interface SmsLength {
  readonly alphabet: "gsm-7" | "ucs-2";
  /** Septets or UTF-16 units used. */
  readonly units: number;
  readonly segments: number;
}

const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
  "abcdefghijklmnopqrstuvwxyzäöñüà";
/** Characters that take two septets, an escape and one of a second table. */
const EXTENSION = "\f^{}\\[~]|€";

const septets = new Map<string, number>([
  ...Array.from(BASIC, (char): [string, number] => [char, 1]),
  ...Array.from(EXTENSION, (char): [string, number] => [char, 2]),
]);

/** Units of one message alone, and of each part of a longer one (a header takes the rest). */
const ALPHABETS = { "gsm-7": { single: 160, part: 153 }, "ucs-2": { single: 70, part: 67 } } as const;

/**
 * The length of a text by 3GPP TS 23.038: 160 septets, or 70 UTF-16 units as soon as one character (any Korean one,
 * also `₩` and `−`) is outside the GSM alphabet. Neither an escape pair nor a surrogate pair is split between parts.
 */
export function smsLength(text: string): SmsLength {
  const characters = Array.from(text);
  const alphabet = characters.every((char) => septets.has(char)) ? "gsm-7" : "ucs-2";
  const sizes = characters.map((char) => (alphabet === "gsm-7" ? (septets.get(char) ?? 1) : char.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { single, part } = ALPHABETS[alphabet];
  return { alphabet, units, segments: units <= single ? Math.min(units, 1) : partsOf(sizes, part) };
}

function partsOf(sizes: readonly number[], capacity: number): number {
  let parts = 1;
  let filled = 0;
  for (const size of sizes) {
    if (filled + size > capacity) {
      parts++;
      filled = 0;
    }
    filled += size;
  }
  return parts;
}
