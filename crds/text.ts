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

/** A string literal of CEL, which has the escapes of Go. */
export function celString(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
