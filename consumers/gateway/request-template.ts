import type { JsonValue, RequestConfig } from "./gateway-config.ts";

/** The texts of one message that placeholders stand for, by name: `to`, `idempotencyKey`, `content.text`, … */
export type Values = Readonly<Record<string, string>>;

/** A request that is filled in for each message. */
export interface RequestTemplate {
  readonly method: RequestConfig["method"];
  /** Each value is percent-encoded, so that none can lead to another path. */
  readonly path: (values: Values) => string;
  readonly headers: (values: Values) => Record<string, string>;
  /** JSON; values are put into the parsed document, so that none can close its string. */
  readonly body: (values: Values) => string;
}

const placeholder = /\{\{\s*([\w.]+)\s*\}\}/g;

/** Names of the placeholders of a text, each as often as it stands there. */
export function placeholdersOf(text: string): string[] {
  return Array.from(text.matchAll(placeholder), ([, name = ""]) => name);
}

/** Prepares a request whose placeholders were checked. */
export function compileRequest({
  method,
  path,
  headers,
  idempotencyHeader,
  body,
}: RequestConfig): RequestTemplate {
  const pathText = compileText(path, encodeURIComponent);
  const headerTexts = Object.entries(headers).map(
    ([name, text]) => [name.toLowerCase(), compileText(text, asItIs)] as const,
  );
  const document = compileDocument(body);
  return {
    method,
    path: pathText,
    headers: (values) => {
      const filled: Record<string, string> = { "content-type": "application/json" };
      for (const [name, text] of headerTexts) filled[name] = text(values);
      if (idempotencyHeader !== "") filled[idempotencyHeader.toLowerCase()] = values["idempotencyKey"] ?? "";
      return filled;
    },
    body: (values) => JSON.stringify(document(values)),
  };
}

const asItIs = (value: string): string => value;

function compileText(text: string, encode: (value: string) => string): (values: Values) => string {
  const parts = text.split(placeholder);
  if (parts.length === 1) return () => text;
  return (values) =>
    parts.map((part, index) => (index % 2 === 0 ? part : encode(values[part] ?? ""))).join("");
}

function compileDocument(template: JsonValue): (values: Values) => JsonValue {
  if (typeof template === "string") return compileText(template, asItIs);
  if (Array.isArray(template)) {
    const elements = template.map(compileDocument);
    return (values) => elements.map((element) => element(values));
  }
  if (typeof template === "object" && template !== null) {
    const fields = Object.entries(template).map(([name, value]) => [name, compileDocument(value)] as const);
    return (values) => Object.fromEntries(fields.map(([name, value]) => [name, value(values)]));
  }
  return () => template;
}
