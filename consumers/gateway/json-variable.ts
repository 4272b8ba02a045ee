import { z } from "zod";

/**
 * A variable that holds a JSON document; unset or empty it is `empty`. Every bad field is named by its path at once, and no
 * value is repeated: documents of providers hold credentials.
 */
export function jsonVariable<Output>(schema: z.ZodType<Output>, empty: string): z.ZodType<Output> {
  return z
    .string()
    .default(empty)
    .transform((text, context) => {
      const document = parsedJson(text === "" ? empty : text);
      if (document === undefined) {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
      const result = schema.safeParse(document);
      if (result.success) return result.data;
      for (const { path, message } of result.error.issues) {
        const field = path.length === 0 ? "" : `${path.join(".")}: `;
        context.addIssue({ code: "custom", message: `${field}${message}` });
      }
      return z.NEVER;
    });
}

/** Undefined when it is none: the parser's own message quotes the text, which may be a credential. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
