import { z } from "zod";
import { isJsonPointer } from "./json-pointer.ts";
import { placeholdersOf } from "./request-template.ts";

/** Anything that JSON can say. */
export type JsonValue = z.infer<typeof jsonValue>;

const jsonValue = z.json();

const pointer = z.string().refine(isJsonPointer, "must be a JSON pointer, e.g. /result/code");

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "must be a header's name");

/** Set by the HTTP client; another value would make the request unreadable or smuggle a second one. */
const reservedHeaders: ReadonlySet<string> = new Set([
  ...["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer"],
  ...["transfer-encoding", "upgrade"],
]);

const statusPattern = z.union([
  z.int().min(100).max(599),
  z.string().regex(/^[1-5]xx$/, 'must be a status or "2xx"'),
]);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const rule = z.strictObject({
  /** Statuses it is about; none named = every status. */
  status: z.array(statusPattern).default([]),
  /** What must stand in the JSON body: one of `in` at `pointer`, or anything there when `in` is left out. */
  body: z.strictObject({ pointer, in: z.array(scalar).min(1).optional() }).optional(),
  outcome: z.enum(["accepted", "transient", "permanent", "throttled", "unknown"]),
});

/** One line of the mapping from answers to outcomes. */
export type AnswerRule = z.output<typeof rule>;

const response = z.strictObject({
  /** The first that fits decides; then the status does, as `judgeAnswer` has it. */
  rules: z.array(rule).max(50).default([]),
  /** Where the provider's number of an accepted message stands. */
  messageId: pointer.default("/id"),
  /** Where a throttled answer says in seconds when to come again, if not in Retry-After. */
  retryAfterSeconds: pointer.optional(),
  /** When it says so nowhere. */
  defaultRetryAfterSeconds: z.number().min(0).max(3_600).default(5),
});

/** How answers are read. */
export type ResponseConfig = z.output<typeof response>;

/** A request with its placeholders. */
export interface RequestConfig {
  readonly method: "POST" | "PUT" | "PATCH";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Carries the idempotency key; "" = the provider knows none, or it stands elsewhere in the request. */
  readonly idempotencyHeader: string;
  readonly body: JsonValue;
}

/** How a provider's HTTP gateway is spoken to. */
export interface GatewayConfig {
  readonly request: RequestConfig;
  readonly response: ResponseConfig;
}

/** What a gateway is used for. */
export interface GatewayUse {
  readonly defaultPath: string;
  /** The texts of its messages, for `{{content.…}}`. */
  readonly fields: readonly string[];
}

/** The schema of a gateway's configuration; `{}` is the plain one: `POST` of `{to, …content}`, answered with `{id}`. */
export function gatewaySchema({ defaultPath, fields }: GatewayUse): z.ZodType<GatewayConfig> {
  const contents = fields.map((field) => `content.${field}`);
  const plainBody = {
    to: "{{to}}",
    ...Object.fromEntries(fields.map((field) => [field, `{{content.${field}}}`])),
  };
  const request = z.strictObject({
    method: z.enum(["POST", "PUT", "PATCH"]).default("POST"),
    path: templated(z.string().regex(/^\/(\{\{\s*[\w.]+\s*\}\}|[\x21-\x7e])*$/, "must be an absolute path"), [
      "to",
      "idempotencyKey",
    ]).default(defaultPath),
    // Proxies log headers, so no address or text goes there.
    headers: z
      .record(
        headerName.refine((name) => !reservedHeaders.has(name.toLowerCase()), "is set by the HTTP client"),
        templated(z.string().regex(/^[\x20-\x7e]*$/, "must be printable ASCII"), ["idempotencyKey"]),
      )
      .default({}),
    idempotencyHeader: z.union([z.literal(""), headerName]).default("idempotency-key"),
    body: templated(jsonValue, ["to", "idempotencyKey", ...contents]).default(plainBody),
  });
  return z.strictObject({ request: request.prefault({}), response: response.prefault({}) });
}

/** Refuses placeholders that would stay empty: a bill must not go out with a hole in it. */
function templated<Schema extends z.ZodType>(schema: Schema, allowed: readonly string[]): Schema {
  return schema.superRefine((value, context) => {
    const unknown = textsOf(value)
      .flatMap(placeholdersOf)
      .filter((name) => !allowed.includes(name));
    for (const name of new Set(unknown)) {
      const message = `{{${name}}} is not known here; there is ${allowed.map((known) => `{{${known}}}`).join(", ")}`;
      context.addIssue({ code: "custom", message });
    }
  });
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
