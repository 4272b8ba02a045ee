import { z } from "zod";
import { withRules } from "./cel.ts";

/** Lower-case letters, digits and dashes: a name that may stand in labels, host names and SQL alike. */
export const dnsLabel = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** Number of characters that a label, a host name and a pod's name may have at most. */
export const dnsLabelLength = 63;

/**
 * A string of a pattern. `pattern` stands in the published schema for tools; the API server's message about it is the
 * pattern itself, so a rule adds the sentence. A length limit keeps the rule's estimated cost bounded.
 */
export function matching(pattern: RegExp, sentence: string, maxLength: number): z.ZodString {
  return withRules(z.string().max(maxLength).regex(pattern, sentence), {
    rule: `self.matches(${celString(pattern.source)})`,
    message: sentence,
  });
}

const dateTime =
  /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,3})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$/;

/** An instant in RFC 3339, with its offset. Kept as it was written: a person who wrote +09:00 reads it again. */
export const instant = matching(
  dateTime,
  "must be an instant with an offset, such as 2026-11-05T09:00:00+09:00",
  29,
);

/** A string literal of CEL, which has the escapes of Go. */
export function celString(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
