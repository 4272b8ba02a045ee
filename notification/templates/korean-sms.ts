/** How Korean carriers take a text: as SMS, as LMS (charged as one, dearer), or not at all. */
export interface KoreanLength {
  /** In EUC-KR: one for a letter of ASCII, two for any other. */
  readonly bytes: number;
  readonly sentAs: "sms" | "lms" | "too-long";
  /** Characters that EUC-KR does not have: carriers put a question mark in their place. */
  readonly unencodable: readonly string[];
}

/** Bytes of one SMS and of one LMS at the Korean carriers, which count EUC-KR and do not chain segments. */
export const KOREAN_LIMITS = { sms: 90, lms: 2_000 } as const;

let doubleByte: ReadonlySet<string> | undefined;

/** The length of a text as Korean carriers count it: up to 90 bytes of EUC-KR are an SMS, up to 2,000 an LMS. */
export function koreanLength(text: string): KoreanLength {
  const known = (doubleByte ??= readCodePage());
  const unencodable = new Set<string>();
  let bytes = 0;
  for (const char of text) {
    if (char.charCodeAt(0) < 0x80) bytes += 1;
    else {
      bytes += 2;
      if (!known.has(char)) unencodable.add(char);
    }
  }
  const sentAs = bytes <= KOREAN_LIMITS.sms ? "sms" : bytes <= KOREAN_LIMITS.lms ? "lms" : "too-long";
  return { bytes, sentAs, unencodable: [...unencodable] };
}

/** The characters of two bytes, by decoding all that there can be: Node decodes EUC-KR and does not encode it. */
function readCodePage(): ReadonlySet<string> {
  const decoder = new TextDecoder("euc-kr", { fatal: true });
  const known = new Set<string>();
  for (let lead = 0xa1; lead < 0xff; lead++) {
    for (let trail = 0xa1; trail < 0xff; trail++) {
      try {
        known.add(decoder.decode(Uint8Array.of(lead, trail)));
      } catch {
        // No character has these two bytes.
      }
    }
  }
  return known;
}
